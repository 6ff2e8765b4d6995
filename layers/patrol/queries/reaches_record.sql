-- Records reaches as stored. Runs: once what every patrol saw at them has been worked out, under patrol/resight_lock.
-- since: the end of the last patrol whose track is gone, or NULL.
INSERT INTO city.stored_reach (reach_m, since)
SELECT unnest(%(reaches_m)s::double precision[]), %(since)s::timestamptz
ON CONFLICT DO NOTHING
