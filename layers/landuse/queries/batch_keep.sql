-- Keep what some outlines of a batch were answered, or why they cannot be: that far, no attempt has failed.
WITH further AS (UPDATE city.landuse_batch SET attempts = 1 WHERE batch_id = %(batch_id)s AND attempts > 1)
UPDATE city.landuse_batch_outline AS o SET answer = k.answer, row = k.row, fault = k.fault
FROM unnest(%(numbers)s::integer[], %(answers)s::text[], %(rows)s::jsonb[], %(faults)s::text[])
    AS k (number, answer, row, fault)
WHERE o.batch_id = %(batch_id)s AND o.number = k.number
