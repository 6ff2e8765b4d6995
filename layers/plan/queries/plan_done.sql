-- The answer of who solves it, as the first revision; its number, or no row where the plan is not this worker's any more.
WITH solved AS (
    UPDATE city.plan SET
        status = CASE WHEN cancel_at IS NULL THEN 'done' ELSE 'cancelled' END, revision = 1,
        progress = %(progress)s::jsonb, problem = %(problem)s, known_at = %(known_at)s, crews = %(crews)s::text[],
        ended_at = clock_timestamp(), fault = NULL
    WHERE code = %(code)s AND worker = %(worker)s AND status = 'solving'
    RETURNING plan_id, made_by
)
INSERT INTO city.plan_revision (plan_id, revision, what, answer, made_by)
SELECT s.plan_id, 1, %(what)s, %(answer)s::jsonb, s.made_by FROM solved AS s
RETURNING revision
