-- Which fields the changed rows change: of each field the three most frequent steps, with what was, what becomes, in how
-- many rows, and the code of the first by the file; then rows and different steps of the field in all.
-- {changed}: transfer_changed.
WITH changed AS (
    {changed}
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
