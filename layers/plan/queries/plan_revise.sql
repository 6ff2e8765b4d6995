-- One more revision of a plan, which is in force from now on; its number.
WITH revised AS (
    UPDATE city.plan SET revision = (SELECT max(r.revision) + 1 FROM city.plan_revision AS r WHERE r.plan_id = %(plan_id)s)
    WHERE plan_id = %(plan_id)s
    RETURNING revision
)
INSERT INTO city.plan_revision (plan_id, revision, what, changes, back_to, answer)
SELECT %(plan_id)s, v.revision, %(what)s, %(changes)s::jsonb, %(back_to)s, %(answer)s::jsonb FROM revised AS v
RETURNING revision
