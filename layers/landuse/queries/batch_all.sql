-- All outlines of a batch as they were read, with what they were answered, by number.
SELECT o.number, o.name, o.answer, o.fault, o.row, o.outline
FROM city.landuse_batch_outline AS o
WHERE o.batch_id = %(batch_id)s
ORDER BY o.number
