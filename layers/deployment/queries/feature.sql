-- One feature as a GeoJSON text; no row where there is none.
-- {table}: the layer's view, such as city.grid_now.  id: the feature's number.  hidden: columns that are not told.  CRS: as stored, 4490.
SELECT feature FROM city.feature_texts('{table}', NULL, %(id)s, NULL, NULL, 1, %(hidden)s)
