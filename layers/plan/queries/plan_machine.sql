-- Whether nobody else on this machine solves: held by the session until it lets go or is no more.
SELECT pg_try_advisory_lock(hashtext('city.plan.machine'), hashtext(%(machine)s))
