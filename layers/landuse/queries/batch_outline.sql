-- One outline of a batch as it came, with what it was answered.
SELECT o.number, o.name, o.answer, o.fault, o.row, o.outline
FROM city.landuse_batch_outline AS o
WHERE o.batch_id = %(batch_id)s AND o.number = %(number)s
