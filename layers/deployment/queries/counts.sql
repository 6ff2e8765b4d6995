-- How much a layer holds today, where it comes from, its newest edition, and when it last changed.
-- {table}: the layer's view, such as city.grid_now. An empty layer: count 0, no provenance, edition and data_at NULL.
WITH tally AS (
    SELECT f.provenance, count(*) AS rows, max(f.edition_id) AS edition_id, max(f.known_from) AS known_from
    FROM {table} AS f
    GROUP BY f.provenance
),
whole AS (
    SELECT COALESCE(sum(t.rows), 0)::bigint AS count,
           COALESCE(jsonb_object_agg(t.provenance, t.rows) FILTER (WHERE t.provenance IS NOT NULL), jsonb_build_object())
               AS provenance,
           max(t.edition_id) AS edition_id,
           max(t.known_from) AS data_at
    FROM tally AS t
)
SELECT w.count, w.provenance, w.data_at,
       CASE WHEN e.edition_id IS NOT NULL
            THEN jsonb_build_object('name', e.name, 'valid_from', e.valid_from, 'made_at', e.made_at) END AS edition
FROM whole AS w
LEFT JOIN city.edition AS e ON e.edition_id = w.edition_id
