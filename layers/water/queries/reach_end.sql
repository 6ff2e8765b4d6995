-- Ends a reach on a day, or on the day it began if that is later.
UPDATE city.reach
SET valid_to = greatest(valid_from, %(day)s)
WHERE id = %(id)s
