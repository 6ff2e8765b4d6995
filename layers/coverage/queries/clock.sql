-- What time it is, not when the transaction began.
SELECT clock_timestamp() AS now
