-- How long the searches of this transaction may take.
SELECT set_config('statement_timeout', %(within)s, true)
