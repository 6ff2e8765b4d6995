-- Part of layer_sums: what a layer holds that is worked out anew and keeps no history.
-- {relation}: its view of today; {value}, {amounts}: as in layer_then.
SELECT v.geom, true AS feature, true AS told, {value} AS value, ARRAY[{amounts}]::numeric[] AS amounts
FROM {relation} AS v
