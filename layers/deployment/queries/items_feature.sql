-- Part of items and item: a row p, with its properties as `told`, as a GeoJSON text.
-- {shape}: items_shape;  decimals: of coordinates.  CRS: as the shape is.
-- The row becomes JSON without its geometries, and without jsonb, which would sort its fields and take longer.
'{{"type":"Feature","id":' || p.id
|| ',"geometry":' || COALESCE(ST_AsGeoJSON({shape}, %(decimals)s, 0), 'null')
|| ',"properties":' || row_to_json(told)::text || '}}'
