-- Ends the stored versions that changed rows succeed. %(numbers)s: rows of the file.
UPDATE {table} AS t SET valid_to = %(as_of)s
FROM pg_temp.transfer_plan AS p
WHERE p.id = t.id AND p.action = 'succeed' AND p.number = ANY (%(numbers)s)
