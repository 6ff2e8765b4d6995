-- One feature as a GeoJSON text; no row where there is none.
-- {table}: the layer's view, such as city.grid_now.  id: the feature's number.  CRS: as stored, 4490.
SELECT json_build_object(
           'type', 'Feature',
           'id', f.id,
           'geometry', ST_AsGeoJSON(f.geom, 9, 0)::json,
           'properties', to_jsonb(f) - ARRAY['id', 'geom', 'geom_3857', 'origin']
       )::text AS feature
FROM {table} AS f
WHERE f.id = %(id)s
