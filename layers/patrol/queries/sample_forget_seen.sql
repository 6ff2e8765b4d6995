-- What real patrols saw of banks and roads that went with the sample: with the target, the sighting has no meaning.
DELETE FROM city.sighting AS s
WHERE s.layer = %(layer)s AND s.target_code = ANY (%(codes)s)
  AND NOT EXISTS (SELECT FROM {table} AS t WHERE t.code = s.target_code)
