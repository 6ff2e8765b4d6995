-- Let this transaction wait for its own side: what is read is worked on for longer than a request may take.
SELECT set_config('idle_in_transaction_session_timeout', '15min', true), set_config('statement_timeout', '2min', true)
