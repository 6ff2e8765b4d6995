-- How far a plan is, for those who follow it: nothing of what it says.
SELECT p.code, p.status, p.progress, p.fault, p.revision, p.changes, p.crews, p.erased_at
FROM city.plan AS p
WHERE p.code = ANY (%(codes)s)
