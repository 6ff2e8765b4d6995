-- What changes of a plan are evaluated from, compressed; NULL where nothing was kept.
SELECT p.problem FROM city.plan AS p WHERE p.plan_id = %(plan_id)s
