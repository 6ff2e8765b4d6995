-- What lies in a box around an outline, to be drawn beside it: parcels by the family they are drawn as, zones by kind; the
-- greatest first, clipped to the box and simplified.
-- west, south, east, north: degrees;  detail_deg: below it nothing is told apart;  row_limit: how many at most;
-- as_of: true on that day;  known_at: as known then.
-- CRS: in CRS84, out as stored (4490: CRS84 to well under a metre). For looking at, never for measuring: it is clipped in degrees.
WITH asked AS (
    SELECT ST_Transform(ST_SetSRID(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s), 4326), 4490) AS box
), found AS (
    SELECT 'landuse' AS layer, city.landuse_family(p.scheme, p.class_code) AS name, ST_ClipByBox2D(p.geom, a.box) AS geom
    FROM asked AS a JOIN city.landuse AS p ON p.geom && a.box
    WHERE p.known_from <= %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'landuse', city.landuse_family(p.scheme, p.class_code), ST_ClipByBox2D(p.geom, a.box)
    FROM asked AS a JOIN city.landuse_history AS p ON p.geom && a.box
    WHERE p.known_from <= %(known_at)s AND p.known_to > %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'zone', z.kind, ST_ClipByBox2D(z.geom, a.box)
    FROM asked AS a JOIN city.zone AS z ON z.geom && a.box
    WHERE z.known_from <= %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'zone', z.kind, ST_ClipByBox2D(z.geom, a.box)
    FROM asked AS a JOIN city.zone_history AS z ON z.geom && a.box
    WHERE z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
), drawn AS (
    SELECT layer, name, ST_SimplifyPreserveTopology(geom, %(detail_deg)s) AS geom FROM found
)
SELECT layer, name, ST_AsGeoJSON(ST_Multi(ST_CollectionExtract(geom, 3)), 7) AS shape
FROM drawn
WHERE NOT ST_IsEmpty(ST_CollectionExtract(geom, 3))
ORDER BY layer DESC, ST_Area(geom) DESC, name
LIMIT %(row_limit)s
