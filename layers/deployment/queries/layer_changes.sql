-- What moved in a layer: its features as they stood just before one time, against those just before another.
-- {table}, {history}: such as city.road and city.road_history; {fields}: the fields of a version v that are compared.
-- start, end: from and to, half-open;  first_day, last_day: the days of the instants just before them;  layer: its id;
-- after: the last feature of the page before;  row_limit: how many at most.
-- A feature is one and the same by its number, else by its code, as an import lets a new row succeed an old one.
-- Answers one row at least, with the counts of all; the change is NULL where there is none.
-- CRS: 4490 stored; lengths and how far it moved in the metric system, areas on the ellipsoid.
WITH touched AS MATERIALIZED (
    SELECT v.id FROM {table} AS v
    WHERE v.known_from >= %(start)s AND v.known_from < %(end)s
       OR v.valid_from > %(first_day)s AND v.valid_from <= %(last_day)s
       OR v.valid_to > %(first_day)s AND v.valid_to <= %(last_day)s
    UNION
    SELECT v.id FROM {history} AS v
    WHERE v.known_from < %(end)s AND v.known_to >= %(start)s
      AND (v.known_from >= %(start)s OR v.known_to < %(end)s
           OR v.valid_from > %(first_day)s AND v.valid_from <= %(last_day)s
           OR v.valid_to > %(first_day)s AND v.valid_to <= %(last_day)s)
),
version AS MATERIALIZED (
    SELECT v.id, v.code, v.valid_from, v.valid_to, v.known_from, v.known_to, v.edition_id, v.made_by, v.geom,
           told AS fields
    FROM {table} AS v JOIN touched USING (id), LATERAL (SELECT {fields}) AS told
    WHERE v.known_from < %(end)s
    UNION ALL
    SELECT v.id, v.code, v.valid_from, v.valid_to, v.known_from, v.known_to, v.edition_id, v.made_by, v.geom,
           told
    FROM {history} AS v JOIN touched USING (id), LATERAL (SELECT {fields}) AS told
    WHERE v.known_from < %(end)s AND v.known_to >= %(start)s
),
believed_first AS (
    SELECT * FROM version WHERE known_from < %(start)s AND (known_to IS NULL OR known_to >= %(start)s)
),
believed_last AS (
    SELECT * FROM version WHERE known_to IS NULL OR known_to >= %(end)s
),
before AS (
    SELECT * FROM believed_first
    WHERE valid_from <= %(first_day)s AND (valid_to IS NULL OR valid_to > %(first_day)s)
),
after AS (
    SELECT * FROM believed_last
    WHERE valid_from <= %(last_day)s AND (valid_to IS NULL OR valid_to > %(last_day)s)
),
paired AS (
    SELECT b.id AS before_id, a.id AS after_id FROM before AS b JOIN after AS a USING (id)
    UNION ALL
    SELECT b.id, a.id
    FROM (SELECT id, code FROM before AS o WHERE NOT EXISTS (SELECT FROM after WHERE after.id = o.id)) AS b
    FULL JOIN (SELECT id, code FROM after AS o WHERE NOT EXISTS (SELECT FROM before WHERE before.id = o.id)) AS a
           ON a.code = b.code
),
changed AS MATERIALIZED (
    SELECT COALESCE(p.after_id, p.before_id) AS id, p.before_id, p.after_id,
           CASE WHEN p.before_id IS NULL THEN 'added' WHEN p.after_id IS NULL THEN 'removed' ELSE 'altered' END AS change
    FROM paired AS p LEFT JOIN before AS b ON b.id = p.before_id LEFT JOIN after AS a ON a.id = p.after_id
    WHERE b.fields IS DISTINCT FROM a.fields OR b.geom IS DISTINCT FROM a.geom
),
paged AS MATERIALIZED (
    SELECT * FROM changed WHERE id > %(after)s ORDER BY id LIMIT %(row_limit)s
),
row_of AS (
    SELECT before_id AS row_id, id FROM paged WHERE before_id IS NOT NULL
    UNION
    SELECT after_id, id FROM paged WHERE after_id IS NOT NULL
),
edited AS (
    SELECT r.id, v.known_from AS at, v.made_by, v.edition_id
    FROM row_of AS r JOIN version AS v ON v.id = r.row_id
    WHERE v.known_from >= %(start)s
    UNION
    -- Who deleted a row is not on record.
    SELECT r.id, v.known_to, NULL, NULL
    FROM row_of AS r JOIN version AS v ON v.id = r.row_id
    WHERE v.known_to >= %(start)s AND v.known_to < %(end)s
),
edits AS (
    SELECT e.id, count(DISTINCT e.at) AS edits, max(e.at) AS last_at,
           array_agg(DISTINCT e.made_by) FILTER (WHERE e.made_by IS NOT NULL) AS made_by,
           -- An edition and the rows that it wrote are of one transaction, and say so by their time; of another layer
           -- where the rows were derived from its own.
           array_agg(DISTINCT n.name) FILTER (WHERE n.name IS NOT NULL) AS editions
    FROM edited AS e
    LEFT JOIN city.edition AS n ON n.made_at = e.at AND (n.layer = %(layer)s OR n.edition_id = e.edition_id)
    GROUP BY e.id
),
counted AS (
    SELECT count(*) FILTER (WHERE change = 'added') AS added, count(*) FILTER (WHERE change = 'removed') AS removed,
           count(*) FILTER (WHERE change = 'altered') AS altered
    FROM changed
),
told AS (
    SELECT p.id, p.change, to_jsonb(b.fields) AS before, to_jsonb(a.fields) AS after, b.geom AS before_geom, a.geom AS after_geom,
           CASE p.change
               WHEN 'added' THEN CASE WHEN was.valid_from > %(first_day)s AND was.valid_from <= %(last_day)s
                               THEN 'in_force' ELSE 'entered' END
               WHEN 'altered' THEN CASE WHEN e.edits IS NULL THEN 'in_force' ELSE 'edited' END
               ELSE CASE WHEN stands.id IS NULL THEN 'deleted' WHEN stands.valid_to <= %(last_day)s THEN 'ended'
                         ELSE 'postponed' END
           END AS how,
           COALESCE(stands.valid_from, b.valid_from) AS valid_from,
           CASE WHEN stands.id IS NULL THEN b.valid_to ELSE stands.valid_to END AS valid_to,
           COALESCE(e.edits, 0) AS edits, COALESCE(e.last_at, stands.known_from) AS known_from,
           COALESCE(e.made_by, CASE WHEN e.edits IS NULL THEN ARRAY[stands.made_by] END, ARRAY[]::text[]) AS made_by,
           COALESCE(e.editions, ARRAY[]::text[]) AS editions
    FROM paged AS p
    LEFT JOIN before AS b ON b.id = p.before_id
    LEFT JOIN after AS a ON a.id = p.after_id
    LEFT JOIN believed_first AS was ON was.id = p.after_id
    LEFT JOIN believed_last AS stands ON stands.id = p.id
    LEFT JOIN edits AS e ON e.id = p.id
)
SELECT c.added, c.removed, c.altered, t.id, t.change, t.how, t.before, t.after, t.valid_from, t.valid_to, t.edits,
       t.known_from, t.made_by, t.editions, t.before_geom IS DISTINCT FROM t.after_geom AS redrawn,
       -- Every vertex of one against the whole other: too long a work where both are of thousands.
       CASE WHEN t.before_geom IS DISTINCT FROM t.after_geom
             AND ST_NPoints(t.before_geom)::bigint * ST_NPoints(t.after_geom) <= 4000000
            THEN ST_HausdorffDistance(city.metric(t.before_geom), city.metric(t.after_geom)) END AS moved_m,
       CASE ST_Dimension(t.before_geom) WHEN 1 THEN ST_Length(city.metric(t.before_geom)) END AS length_m_before,
       CASE ST_Dimension(t.after_geom) WHEN 1 THEN ST_Length(city.metric(t.after_geom)) END AS length_m_after,
       CASE ST_Dimension(t.before_geom) WHEN 2 THEN city.area_m2(t.before_geom) END AS area_m2_before,
       CASE ST_Dimension(t.after_geom) WHEN 2 THEN city.area_m2(t.after_geom) END AS area_m2_after
FROM counted AS c LEFT JOIN told AS t ON true
ORDER BY t.id
