-- Ends the rows that the file lacks; one that began that very day was never true.
UPDATE {table} AS t SET valid_to = %(as_of)s FROM pg_temp.transfer_missing AS m WHERE m.id = t.id
