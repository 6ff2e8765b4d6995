-- A plan to be changed, held until the end of the transaction; no row where there is none.
SELECT p.plan_id, p.status, p.revision, p.made_by, p.erased_at FROM city.plan AS p WHERE p.code = %(code)s FOR UPDATE
