-- The codes of rows that were written or ended.
SELECT s.code
FROM pg_temp.transfer_stage AS s JOIN pg_temp.transfer_plan AS p USING (number)
WHERE p.action <> 'keep' AND p.number = ANY (%(numbers)s)
UNION
SELECT m.code FROM pg_temp.transfer_missing AS m
