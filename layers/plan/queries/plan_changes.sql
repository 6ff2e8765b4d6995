-- What each revision of a plan changed, the first first.
SELECT r.revision, r.changes, r.back_to FROM city.plan_revision AS r WHERE r.plan_id = %(plan_id)s ORDER BY r.revision
