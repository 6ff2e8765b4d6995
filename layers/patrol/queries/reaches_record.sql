-- Records reaches as stored. Runs: once what every patrol saw at them has been worked out, under patrol/resight_lock.
INSERT INTO city.stored_reach (reach_m)
SELECT unnest(%(reaches_m)s::double precision[])
ON CONFLICT DO NOTHING
