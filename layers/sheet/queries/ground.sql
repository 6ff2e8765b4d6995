-- What lies in a box as it is now: water, then roads, then banks, the greatest first, clipped to the box and simplified.
-- west, south, east, north: degrees;  detail_deg: below it nothing is told apart;  row_limit: how many at most.
-- CRS: in CRS84, out as stored (4490: CRS84 to well under a metre). For looking at, never for measuring: it is clipped in degrees.
WITH asked AS (
    SELECT ST_Transform(ST_SetSRID(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s), 4326), 4490) AS box
), found AS (
    SELECT 'water' AS layer, 1 AS rank, w.name, false AS main, ST_ClipByBox2D(w.geom, a.box) AS geom
    FROM asked AS a JOIN city.water_now AS w ON w.geom && a.box
    UNION ALL
    SELECT 'road', 2, r.name, r.class IN ('trunk', 'primary', 'secondary', 'main'), ST_ClipByBox2D(r.geom, a.box)
    FROM asked AS a JOIN city.road_now AS r ON r.geom && a.box
    UNION ALL
    SELECT 'bank', 3, b.name, false, ST_ClipByBox2D(b.geom, a.box)
    FROM asked AS a JOIN city.bank_now AS b ON b.geom && a.box
), drawn AS (
    SELECT layer, rank, name, main, ST_SimplifyPreserveTopology(geom, %(detail_deg)s) AS geom
    FROM found
)
SELECT layer, name, main, ST_AsGeoJSON(geom, 6) AS shape
FROM drawn
WHERE NOT ST_IsEmpty(geom) AND ST_Dimension(geom) > 0 AND GeometryType(geom) <> 'GEOMETRYCOLLECTION'
ORDER BY rank, ST_Length(geom) + ST_Perimeter(geom) DESC, name
LIMIT %(row_limit)s
