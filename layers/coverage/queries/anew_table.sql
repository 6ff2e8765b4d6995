-- A place of the transaction's own for sightings at a reach that is not stored; shaped like city.sighting.
CREATE TEMPORARY TABLE sighting_anew (LIKE city.sighting INCLUDING DEFAULTS INCLUDING GENERATED) ON COMMIT DROP
