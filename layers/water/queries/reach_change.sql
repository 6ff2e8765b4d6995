-- A reach with another range, bank, post or name; its line is cut anew by a trigger.
UPDATE city.reach
SET name = %(name)s, bank_code = %(bank_code)s, span = %(span)s::int4multirange, post_code = %(post_code)s
WHERE id = %(id)s
