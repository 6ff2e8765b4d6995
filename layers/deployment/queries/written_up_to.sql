-- Up to where the primary has written by now: whatever has been committed stands before it.
SELECT pg_current_wal_insert_lsn()::text
