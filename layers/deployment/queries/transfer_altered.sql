-- Which fields the changed rows change: of each field the three most frequent steps, with what was, what becomes, in how
-- many rows, and the code of the first by the file; then rows and different steps of the field in all.
-- {fields}: (field, stored text, coming text) of a row, the shape without its text.  refused: rows that change nothing.
WITH changed AS (
    SELECT v.field, v.was, v.becomes, s.code, s.number
    FROM pg_temp.transfer_plan AS p
    JOIN pg_temp.transfer_stage AS s USING (number)
    JOIN {table} AS t ON t.id = p.id
    CROSS JOIN LATERAL (VALUES {fields}) AS v (field, was, becomes)
    WHERE p.action IN ('update', 'succeed') AND v.was IS DISTINCT FROM v.becomes
      AND s.number <> ALL (%(refused)s::bigint[])
),
step AS (
    SELECT field, was, becomes, count(*) AS rows, (array_agg(code ORDER BY number))[1] AS code, min(number) AS first
    FROM changed
    GROUP BY field, was, becomes
),
ranked AS (
    SELECT *,
           sum(rows) OVER (PARTITION BY field)::bigint AS total,
           count(*) OVER (PARTITION BY field) AS kinds,
           row_number() OVER (PARTITION BY field ORDER BY rows DESC, first) AS rank
    FROM step
)
SELECT field, was, becomes, rows, code, total, kinds
FROM ranked
WHERE rank <= 3
ORDER BY field, rank
