-- Records layers and reaches as stored. Runs: once what every patrol saw of them has been worked out, under
-- patrol/resight_lock.  layers, reaches_m: in the same order.
INSERT INTO city.whole_stored (layer, reach_m)
SELECT n.layer, n.reach_m FROM unnest(%(layers)s::text[], %(reaches_m)s::double precision[]) AS n(layer, reach_m)
ON CONFLICT DO NOTHING
