-- Ends a row today, as an import does with rows that its file lacks; one that began today or later was never true.
-- {table}: such as city.road.
UPDATE {table} SET valid_to = greatest(valid_from, current_date) WHERE id = %(id)s
