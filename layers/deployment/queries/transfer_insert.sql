-- Adds new rows, and the successors of changed ones, which inherit the fields that the file does not have.
INSERT INTO {table} ({columns}, edition_id)
SELECT {values}, %(edition_id)s
FROM pg_temp.transfer_stage AS s
JOIN pg_temp.transfer_plan AS p USING (number)
LEFT JOIN {table} AS t ON t.id = p.id
WHERE p.action IN ('insert', 'succeed') AND p.number = ANY (%(numbers)s)
ORDER BY s.number
