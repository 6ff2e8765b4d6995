-- One layer in the list of layers: how much it holds today, from where, of which edition, and how fresh it is.
-- {table}: the layer's view, such as city.grid_now.  {layer}: its id.  Several are joined by UNION ALL.
-- A layer worked out from others has no provenance, edition or time of entry: then the names below fall back to NULL.
-- {history}: the table of its history, as text;  kept: whether there is one, so that other times can be asked for.
-- {derived}: whether it is one; how fresh it is then stands in {kept}, its table: the view tells of each piece the day.
SELECT {layer} AS layer, whole.count, whole.provenance,
       CASE WHEN {derived} THEN (SELECT max(k.known_from) FROM {kept} AS k) ELSE whole.data_at END AS data_at,
       CASE WHEN e.edition_id IS NOT NULL
            THEN jsonb_build_object('name', e.name, 'valid_from', e.valid_from, 'made_at', e.made_at) END AS edition,
       to_regclass({history}) IS NOT NULL AS kept
FROM (VALUES (NULL::text, NULL::bigint, NULL::timestamptz, NULL::timestamptz))
         AS lacking (provenance, edition_id, known_from, last_at)
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(tally.rows), 0)::bigint AS count,
           COALESCE(jsonb_object_agg(tally.source, tally.rows) FILTER (WHERE tally.source IS NOT NULL),
                    jsonb_build_object()) AS provenance,
           max(tally.newest) AS edition_id,
           max(tally.fresh) AS data_at
    FROM (
        SELECT provenance AS source, count(*) AS rows, max(edition_id) AS newest,
               max(COALESCE(known_from, last_at)) AS fresh
        FROM {table} AS feature
        GROUP BY 1
    ) AS tally
) AS whole
LEFT JOIN city.edition AS e ON e.edition_id = GREATEST(
    whole.edition_id,
    -- An edition may only have ended rows, or found every row as it was, and left them to the editions that brought them.
    (SELECT max(w.edition_id) FROM city.edition AS w
     WHERE w.layer = {layer} AND w.valid_from <= current_date
       AND (w.rows_withdrawn > 0 OR w.rows_inserted + w.rows_updated = 0 AND w.rows_unchanged > 0))
)
