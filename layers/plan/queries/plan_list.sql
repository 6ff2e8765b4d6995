-- Plans, the newest first: of a day, for one of these crews, where asked for. Of their answers the totals alone.
SELECT p.code, p.name, p.status, p.days, p.made_by, p.made_at, p.revision, p.crews, p.fault, p.plan_id,
       r.answer -> 'totals' AS totals
FROM city.plan AS p
LEFT JOIN city.plan_revision AS r ON r.plan_id = p.plan_id AND r.revision = p.revision
WHERE p.erased_at IS NULL
  AND (%(day)s::date IS NULL OR %(day)s::date = ANY (p.days))
  AND (%(status)s::text IS NULL OR p.status = %(status)s)
  AND (%(crews)s::text[] IS NULL OR p.crews && %(crews)s::text[])
  AND (%(before)s::bigint IS NULL OR p.plan_id < %(before)s)
ORDER BY p.plan_id DESC
LIMIT %(most)s
