-- Where the outlines of a batch meet what they may not, in the order of the outlines.
SELECT c.number, o.name AS outline, c.answer, c.rule, c.subject, c.reason, c.citation, c.layer, c.feature, c.code, c.name,
       c.known_from, c.edition, c.area_m2, c.share, c.sliver, ST_AsBinary(c.geom) AS wkb
FROM city.landuse_batch_conflict AS c
JOIN city.landuse_batch_outline AS o ON o.batch_id = c.batch_id AND o.number = c.number
WHERE c.batch_id = %(batch_id)s
ORDER BY c.number, c.place
