-- The land classes that hold on a day, as known at an instant, by scheme and code; the first there was where none was known yet.
SELECT c.id, c.scheme, c.class_code, c.name, c.land_group, c.land_sea, c.gb21010, c.citation, c.valid_from, c.known_from
FROM (
    SELECT v.*, row_number() OVER (PARTITION BY v.id ORDER BY v.known_from) AS nth
    FROM (
        SELECT id, scheme, class_code, name, land_group, land_sea, gb21010, citation, valid_from, valid_to, known_from, known_to
        FROM city.landuse_class
        UNION ALL
        SELECT id, scheme, class_code, name, land_group, land_sea, gb21010, citation, valid_from, valid_to, known_from, known_to
        FROM city.landuse_class_history
    ) AS v
) AS c
WHERE (c.known_from <= %(known_at)s OR c.nth = 1) AND (c.known_to IS NULL OR c.known_to > %(known_at)s)
  AND c.valid_from <= %(as_of)s AND (c.valid_to IS NULL OR c.valid_to > %(as_of)s)
ORDER BY CASE c.scheme WHEN 'sandiao' THEN 0 WHEN 'land_sea' THEN 1 ELSE 2 END, c.class_code, c.id
