-- Part of tile: one layer.
-- {place}: among the layers;  {layer}: its name;  {rows}: tile_rows or tile_points, in whole or cut;  {found}: how many
-- rows there are to be drawn;  {fields}: of p, each after a comma: what the tile carries;  {band}: as in tile_rows; kept
-- shapes lie as tiles want them.
-- drawn_tiny: an area below a pixel, drawn as the square of a pixel on its place;  drawn_ready: a shape that stays valid
-- when its corners are put on the tile's grid. Only the rest is given to ST_AsMVTGeom, which takes five times as long.
SELECT {place} AS place, {layer} AS layer,
       ST_AsMVT(feature.*, {layer}, t.extent, 'geom', 'id') AS shapes,
       ST_AsMVT(label.*, {layer} || '_label', 4096, 'geom', 'id') FILTER (WHERE p.drawn_labelled) AS labels,
       count(*) AS drawn, {found} AS found, min(p.drawn_until) AS drawn_until
FROM t,
     ({rows}) AS p,
     LATERAL (
         SELECT ST_ForcePolygonCCW(ST_Expand(
             ST_SnapToGrid(ST_TransScale(p.drawn_label, -t.west, -t.north, t.k, -t.k), 1), t.extent / 1024
         )) AS square
     ) AS spot,
     LATERAL (
         SELECT p.id{fields},
                CASE
                    WHEN p.drawn_tiny THEN spot.square
                    WHEN p.drawn_ready AND {band} > 0 THEN
                        ST_SnapToGrid(ST_TransScale(p.drawn_shape, -t.west, -t.north, t.k, -t.k), 1)
                    WHEN p.drawn_ready THEN ST_ForcePolygonCCW(
                        ST_SnapToGrid(ST_TransScale(p.drawn_shape, -t.west, -t.north, t.k, -t.k), 1)
                    )
                    ELSE COALESCE(
                        ST_AsMVTGeom(p.drawn_shape, t.tile, t.extent, t.extent / 64),
                        -- Too narrow for the grid, though it is long.
                        CASE WHEN p.drawn_label && t.wide AND ST_Dimension(p.drawn_shape) = 2 THEN spot.square END
                    )
                END AS geom
     ) AS feature,
     LATERAL (
         SELECT p.id{fields},
                ST_MakePoint(
                    least(floor((ST_X(p.drawn_label) - t.west) * 4096 / t.side), 4095),
                    least(floor((t.north - ST_Y(p.drawn_label)) * 4096 / t.side), 4095)
                ) AS geom
     ) AS label
