-- The rules that hold between grids: parents exist, children lie in them, siblings do not overlap, serials run west to
-- east, north to south.
-- Runs: on every deployment (replaces itself).  CRS: 4490 stored; overlap is measured in the metric system.
CREATE OR REPLACE FUNCTION city.grid_tolerance_m2(a geometry, b geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN greatest(1, 0.001 * least(ST_Area(a), ST_Area(b)));
COMMENT ON FUNCTION city.grid_tolerance_m2(geometry, geometry) IS
    'Square metres by which two metric outlines may overlap: 1 m² or 0.1 percent of the smaller, whichever is more.';

CREATE OR REPLACE FUNCTION city.grid_overlaps(only_id bigint DEFAULT NULL)
RETURNS TABLE (code text, other_code text, overlap_m2 double precision)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH pair AS (
        SELECT a.code, b.code AS other_code, city.metric(a.geom) AS a, city.metric(b.geom) AS b
        FROM city.grid AS a
        JOIN city.grid AS b
          ON b.geom && a.geom
         AND b.id <> a.id
         AND b.parent_code IS NOT DISTINCT FROM a.parent_code
         AND b.family = a.family
         AND daterange(b.valid_from, b.valid_to) && daterange(a.valid_from, a.valid_to)
        WHERE CASE WHEN only_id IS NULL THEN a.id < b.id ELSE a.id = only_id END
    ),
    measured AS (
        SELECT p.code, p.other_code, ST_Area(ST_Intersection(p.a, p.b)) AS overlap_m2,
               city.grid_tolerance_m2(p.a, p.b) AS tolerance_m2
        FROM pair AS p
        WHERE ST_Intersects(p.a, p.b)
    )
    SELECT m.code, m.other_code, m.overlap_m2
    FROM measured AS m
    WHERE m.overlap_m2 > m.tolerance_m2
    ORDER BY m.overlap_m2 DESC
$$;
COMMENT ON FUNCTION city.grid_overlaps(bigint) IS
    'Sibling grids that overlap beyond the tolerance, with square metres; of one grid, or of all where none is named.';

CREATE OR REPLACE FUNCTION city.grid_lacks_parent(child city.grid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT child.parent_code IS NOT NULL AND NOT EXISTS (
        SELECT FROM city.grid AS p
        WHERE p.code = child.parent_code
          AND p.family = child.family
          AND daterange(p.valid_from, p.valid_to) && daterange(child.valid_from, child.valid_to)
          AND (p.valid_to IS NULL OR p.valid_to >= child.valid_to)
    ) AND (child.valid_to IS NULL OR child.valid_to > child.valid_from)
$$;
COMMENT ON FUNCTION city.grid_lacks_parent(city.grid) IS
    'Whether the grid that a row names as its parent does not exist for as long as the row is true.';

CREATE OR REPLACE FUNCTION city.grid_outside()
RETURNS TABLE (id bigint, code text, parent_code text, outside_m2 double precision, share double precision)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH pair AS (
        SELECT c.id, c.code, c.parent_code, city.metric(c.geom) AS child, city.metric(p.geom) AS parent
        FROM city.grid AS c
        JOIN city.grid AS p
          ON p.code = c.parent_code
         AND p.family = c.family
         AND daterange(p.valid_from, p.valid_to) && daterange(c.valid_from, c.valid_to)
         AND (p.valid_to IS NULL OR p.valid_to >= c.valid_to)
    ),
    measured AS (
        SELECT p.id, p.code, p.parent_code, ST_Area(ST_Difference(p.child, p.parent)) AS outside_m2,
               ST_Area(p.child) AS area_m2, city.grid_tolerance_m2(p.child, p.parent) AS tolerance_m2
        FROM pair AS p
    )
    SELECT m.id, m.code, m.parent_code, m.outside_m2, m.outside_m2 / m.area_m2
    FROM measured AS m
    WHERE m.outside_m2 > m.tolerance_m2
$$;
COMMENT ON FUNCTION city.grid_outside() IS
    'Grids that reach out of the grid they belong to beyond the tolerance: square metres outside, and as a share of the grid.';

CREATE OR REPLACE FUNCTION city.check_grid(changed_id bigint, old_code text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    orphan  record;
    outside record;
    overlap record;
BEGIN
    SELECT g.code, g.parent_code INTO orphan
    FROM city.grid AS g
    WHERE (g.id = changed_id OR g.parent_code = old_code) AND city.grid_lacks_parent(g)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', SCHEMA = 'city', TABLE = 'grid',
            CONSTRAINT = 'grid_parent_exists', MESSAGE = '网格 ' || orphan.code || ' 的上级网格 ' || orphan.parent_code
                || ' 不存在或已失效:请先(或同时)导入上级网格。';
    END IF;
    -- Borders drawn by different hands differ, which is warned of; most of a grid elsewhere is a wrong code or place.
    SELECT o.code, o.parent_code, o.share INTO outside
    FROM city.grid_outside() AS o
    WHERE (o.id = changed_id OR o.parent_code = old_code) AND o.share > 0.5
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = 'city', TABLE = 'grid',
            CONSTRAINT = 'grid_inside_parent', MESSAGE = '网格 ' || outside.code || ' 的面积有 '
                || round(100 * outside.share::numeric) || '% 在上级网格 ' || outside.parent_code
                || ' 之外:请核对编码与边界坐标。';
    END IF;
    SELECT * INTO overlap FROM city.grid_overlaps(changed_id) WHERE changed_id IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'exclusion_violation', SCHEMA = 'city', TABLE = 'grid',
            CONSTRAINT = 'grid_siblings_apart', MESSAGE = '网格 ' || overlap.code || ' 与同级网格 ' || overlap.other_code
                || ' 重叠 ' || round(overlap.overlap_m2::numeric, 1) || ' 平方米,超出容差:请修正边界。';
    END IF;
END
$$;
COMMENT ON FUNCTION city.check_grid(bigint, text) IS
    'Raises where a changed grid, or a child of the code it had, lacks its parent or lies mostly outside it, or where it '
    'overlaps a sibling.';

CREATE OR REPLACE FUNCTION city.grid_numbering_warnings()
RETURNS TABLE (parent_code text, code text, next_code text, fault text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH measured AS (
        SELECT g.parent_code, g.code, city.metric(g.geom) AS geom FROM city.grid_now AS g WHERE g.level = 'unit'
    ),
    placed AS (
        SELECT m.parent_code, m.code, ST_X(ST_Centroid(m.geom)) AS x, ST_Y(ST_Centroid(m.geom)) AS y,
               ST_YMin(m.geom) AS south, ST_YMax(m.geom) AS north
        FROM measured AS m
    ),
    step AS (
        SELECT p.parent_code, p.code, lead(p.code) OVER line AS next_code,
               lead(p.x) OVER line - p.x AS east_m, lead(p.y) OVER line - p.y AS north_m,
               least(p.north, lead(p.north) OVER line) - greatest(p.south, lead(p.south) OVER line) AS shared_m,
               least(p.north - p.south, lead(p.north - p.south) OVER line) AS lower_m
        FROM placed AS p
        WINDOW line AS (PARTITION BY p.parent_code ORDER BY p.code)
    )
    SELECT s.parent_code, s.code, s.next_code,
           CASE WHEN s.shared_m > s.lower_m / 2 THEN 'west' ELSE 'north' END
    FROM step AS s
    WHERE s.next_code IS NOT NULL
      AND CASE WHEN s.shared_m > s.lower_m / 2 THEN s.east_m < 0 ELSE s.north_m > 0 END
    ORDER BY s.code
$$;
COMMENT ON FUNCTION city.grid_numbering_warnings() IS
    'Unit grids whose next serial lies west of them in the same row, or in a row further north: within a community '
    'serials run west to east, north to south. Two grids are in one row where they share over half of the lower one''s height.';
