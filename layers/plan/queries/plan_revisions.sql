-- Every revision of a plan, the first first, without the answers.
SELECT r.revision, r.what, r.back_to, r.made_by, r.made_at
FROM city.plan_revision AS r
WHERE r.plan_id = %(plan_id)s
ORDER BY r.revision
