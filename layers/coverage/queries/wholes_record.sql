-- Records layers and reaches as stored. Runs: once what every patrol saw of them has been worked out, under
-- patrol/resight_lock.  layers, reaches_m: in the same order.  since: the end of the last patrol whose track is gone, or NULL.
INSERT INTO city.whole_stored (layer, reach_m, since)
SELECT n.layer, n.reach_m, %(since)s::timestamptz
FROM unnest(%(layers)s::text[], %(reaches_m)s::double precision[]) AS n(layer, reach_m)
ON CONFLICT DO NOTHING
