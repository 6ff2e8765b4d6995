-- The answer of one revision; no row where there is no such revision.
SELECT r.answer FROM city.plan_revision AS r WHERE r.plan_id = %(plan_id)s AND r.revision = %(revision)s
