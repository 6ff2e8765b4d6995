-- The rules of land checks that hold today, as a table to hand out and to take in again.
SELECT code, name, activities, subject, answer, citation, remedy, provenance, valid_from, valid_to
FROM city.landuse_rule_now
ORDER BY code
