-- The time now, with the offset of the deployment's zone, in which the transaction runs.
SELECT now()
