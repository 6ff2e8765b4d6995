-- Whether it is this server's turn to keep the states of duties: no other one is at it. Holds until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('city.duty_state'))
