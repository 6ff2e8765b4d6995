-- Let this transaction read now and then for as long as a batch takes: what is read is worked on in between.
SELECT set_config('idle_in_transaction_session_timeout', '1h', true), set_config('statement_timeout', '5min', true)
