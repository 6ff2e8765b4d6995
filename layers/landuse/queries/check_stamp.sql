-- What changes whenever a rule or a class does, and when that was last: by it a reader knows whether what it holds still holds.
SELECT count(*) AS rows, COALESCE(sum(v.id), 0) AS ids, max(greatest(v.known_from, v.known_to)) AS newest,
       now() AS now, current_date AS today
FROM (
    SELECT id, known_from, known_to FROM city.landuse_rule
    UNION ALL SELECT id, known_from, known_to FROM city.landuse_rule_history
    UNION ALL SELECT id, known_from, known_to FROM city.landuse_class
    UNION ALL SELECT id, known_from, known_to FROM city.landuse_class_history
) AS v
