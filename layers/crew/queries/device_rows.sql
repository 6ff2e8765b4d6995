-- The devices that hold today, as a table to hand out and to take in again.
SELECT code, name, crew_code, datum, accuracy_m, provenance, valid_from, valid_to
FROM city.device_now
ORDER BY code
