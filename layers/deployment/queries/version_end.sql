-- Ends the version of a row that is true on a day, that day; one that began that very day was never true.
UPDATE {table} SET valid_to = %(day)s
WHERE code = %(code)s AND daterange(valid_from, valid_to) @> %(day)s::date
