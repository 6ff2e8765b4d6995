-- A plan as it is asked for, with a code of its own by its first day and number; that code.
WITH numbered AS (SELECT nextval(pg_get_serial_sequence('city.plan', 'plan_id')) AS plan_id)
INSERT INTO city.plan (plan_id, code, name, days, asked, crews, status, worker, attempts, started_at)
SELECT n.plan_id, 'P' || to_char((%(days)s::date[])[1], 'YYYYMMDD') || '-' || n.plan_id,
       %(name)s, %(days)s::date[], %(asked)s::jsonb, %(crews)s::text[],
       CASE WHEN %(worker)s::text IS NULL THEN 'queued' ELSE 'solving' END,
       %(worker)s, CASE WHEN %(worker)s::text IS NULL THEN 0 ELSE 1 END,
       CASE WHEN %(worker)s::text IS NULL THEN NULL ELSE clock_timestamp() END
FROM numbered AS n
RETURNING code
