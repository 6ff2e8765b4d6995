-- The outlines of a batch that have no answer yet, in their order.
SELECT o.number, o.name, o.outline, o.tried FROM city.landuse_batch_outline AS o
WHERE o.batch_id = %(batch_id)s AND o.answer IS NULL AND o.fault IS NULL
ORDER BY o.number
