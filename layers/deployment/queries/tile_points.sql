-- Part of tile_part: the rows of a layer of points that a tile draws. Parts as in tile_rows.
SELECT f.id, d.*, NULL::geometry AS drawn_label, f.geom_3857 AS drawn_shape,
       false AS drawn_tiny, f.geom_3857 @ t.wide AS drawn_ready, false AS drawn_labelled
FROM t, {source} AS f, LATERAL ({drawn}) AS d
WHERE f.geom_3857 && t.wide
  AND d.drawn_from <= t.z
  AND {condition}
