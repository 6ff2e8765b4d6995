-- Part of tile_part: the rows of a layer of lines or areas that a tile draws.
-- {source}: its view of today, or tile_then;  {drawn}: the layer's own SELECT over f, see layers/README.md;
-- {stored}: the column of shapes kept for this zoom, the {band}, and the one before; NULL and 0 where there is none;
-- {keep_small}: whether areas below a pixel are drawn all, or as many as their area comes to;
-- {condition}: on f.
-- Source of drawing some for all: tippecanoe's tiny polygon reduction. Which ones hangs on their numbers alone, so that
-- neighbouring tiles agree.
-- A place belongs to one tile: to that in which it, or its northern or western edge, lies. So each feature has one label.
SELECT f.id, d.*, f.drawn_size, f.drawn_label, COALESCE({stored}, f.geom_3857) AS drawn_shape,
       f.drawn_size < t.pixel AND ST_Dimension(f.geom_3857) = 2 AS drawn_tiny,
       f.geom_3857 @ t.wide AND CASE
           WHEN {band} > 0 THEN {stored} IS NOT NULL AND t.z >= {band} - 1
           -- Put on the grid, a corner moves by 0.7071 of its spacing at most, and two of them by twice that.
           ELSE COALESCE(f.drawn_clearance > 1.4143 * t.side / t.extent, true)
       END AS drawn_ready,
       COALESCE(
           d.drawn_named_from <= t.z
           AND floor((ST_X(f.drawn_label) + 20037508.342789244) / t.side) = t.x
           AND floor((20037508.342789244 - ST_Y(f.drawn_label)) / t.side) = t.y, false
       ) AS drawn_labelled
FROM t, {source} AS f, LATERAL ({drawn}) AS d
WHERE f.geom_3857 && t.wide
  AND d.drawn_from <= t.z
  AND (
      f.drawn_size >= t.pixel
      OR CASE ST_Dimension(f.geom_3857)
          WHEN 0 THEN true
          WHEN 1 THEN f.drawn_size >= t.pixel / 4
          ELSE {keep_small} OR (hashint8(f.id) & 65535) * t.pixel * t.pixel < 65536 * ST_Area(f.geom_3857)
      END
  )
  AND {condition}
