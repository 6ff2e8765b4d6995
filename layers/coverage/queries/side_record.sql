-- Records banks as stored at a reach. Runs: once what every patrol saw of them has been worked out, under patrol/resight_lock.
INSERT INTO city.side_stored (bank_code, reach_m)
SELECT unnest(%(codes)s::text[]), %(reach_m)s
ON CONFLICT DO NOTHING
