-- Whether nobody else solves this plan: held by the session until it lets go or is no more.
SELECT pg_try_advisory_lock(hashtext('city.plan.solving'), %(plan_id)s::integer)
