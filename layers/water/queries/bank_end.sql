-- Ends a bank on a day, or on the day it began if that is later.
UPDATE city.bank
SET valid_to = greatest(valid_from, %(day)s)
WHERE id = %(id)s
