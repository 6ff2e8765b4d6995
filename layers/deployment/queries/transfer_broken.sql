-- The rows of the file that would break one rule, before anything is written. {relation}: the layer's table, by which
-- rules may name it. {values}: each field as it would be stored. {rule}: an expression over the fields, broken where
-- false or, for 'is given', where it says so.
SELECT number
FROM (
    SELECT p.number, {values}
    FROM pg_temp.transfer_stage AS s
    JOIN pg_temp.transfer_plan AS p USING (number)
    LEFT JOIN {table} AS t ON t.id = p.id
    WHERE p.action <> 'keep'
) AS {relation}
WHERE ({rule}) IS FALSE
ORDER BY number
