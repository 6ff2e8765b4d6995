-- Tells the transaction who acts and as what, for triggers and policies, whether it may write, and where its clock hangs:
-- the database's own setting of the zone is lost where it was copied or restored, and today depends on it.
SELECT set_config('huashan.user', %(user)s, true),
       set_config('huashan.role', %(role)s, true),
       set_config('timezone', d.timezone, true),
       set_config('transaction_read_only', %(read_only)s, true)
FROM city.deployment AS d
