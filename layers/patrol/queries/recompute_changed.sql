-- The targets of a part whose last seen is to follow, each once.
SELECT DISTINCT c.layer, c.code
FROM city.recompute_part AS r CROSS JOIN unnest(r.changed_layers, r.changed_codes) AS c(layer, code)
WHERE r.part_id = %(part_id)s
