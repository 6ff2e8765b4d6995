-- Tells the transaction who acts and as what, for triggers and policies, and whether it may write.
SELECT set_config('huashan.user', %(user)s, true),
       set_config('huashan.role', %(role)s, true),
       set_config('transaction_read_only', %(read_only)s, true)
