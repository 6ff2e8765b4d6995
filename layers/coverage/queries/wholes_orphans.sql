-- What patrols saw of areas and points that went with the sample: without the target the sighting has no meaning.
-- {table}: the layer's table.  layer: its id.
DELETE FROM city.whole_sighting AS s
WHERE s.layer = %(layer)s AND NOT EXISTS (SELECT FROM {table} AS t WHERE t.code = s.target_code)
