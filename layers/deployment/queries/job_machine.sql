-- Whether nobody else on this machine has a job of a kind in hand: held by the session until it lets go or is no more.
SELECT pg_try_advisory_lock(hashtext(%(table)s || '.machine'), hashtext(%(machine)s))
