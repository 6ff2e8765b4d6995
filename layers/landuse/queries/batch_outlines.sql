-- Outlines of a batch as they were read, some of them: with a fault where one could not be.
INSERT INTO city.landuse_batch_outline (batch_id, number, name, outline, fault)
SELECT %(batch_id)s, o.number, o.name, o.outline, o.fault
FROM unnest(%(numbers)s::integer[], %(names)s::text[], %(outlines)s::bytea[], %(faults)s::text[])
    AS o (number, name, outline, fault)
