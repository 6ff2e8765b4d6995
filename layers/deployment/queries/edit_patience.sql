-- How long whoever edits waits for what is being worked out just now, as lock_timeout has it; to the transaction's end.
SELECT set_config('lock_timeout', %(within)s, true)
