-- Whether a replica has replayed what the primary had written up to a place.
-- written_up_to: as written_up_to.sql tells it. A database that is no replica has everything itself.
SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %(written_up_to)s::pg_lsn
