-- Take out all that a plan says of anybody: its code and days stay, so that it can be told that it was erased.
WITH gone AS (DELETE FROM city.plan_revision WHERE plan_id = %(plan_id)s)
UPDATE city.plan SET
    erased_at = clock_timestamp(), erased_by = city.person(), name = NULL, asked = '{}', crews = '{}', progress = NULL,
    problem = NULL, fault = NULL, cancel_at = COALESCE(cancel_at, clock_timestamp()), revision = 0,
    status = CASE WHEN status IN ('queued', 'solving') THEN 'cancelled' ELSE status END, made_by = ''
WHERE plan_id = %(plan_id)s
