-- Part of layer_sums: what is owed in the year of a day, a row a target beside those of the features.
-- {relation}: such as city.farmland_target; {amounts}: a NULL for each amount of the layer, then the target's own.
-- {told}: whether the layer is summed by what targets are set by; else they count in the whole alone, and {value} is NULL.
SELECT NULL::geometry AS geom, false AS feature, {told} AS told, {value} AS value, ARRAY[{amounts}]::numeric[] AS amounts
FROM {relation} AS v
WHERE v.year = extract(year FROM %(day)s::date)
