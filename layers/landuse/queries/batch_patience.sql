-- Let this transaction read for longer than a request may: the city around many outlines.
SELECT set_config('statement_timeout', '5min', true)
