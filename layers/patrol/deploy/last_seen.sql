-- When each piece of a target was last seen, whether it never was, or nobody can tell.
-- Runs: on every deployment (replaces itself).  CRS: 4490; chainage in centimetres of the metric system.
CREATE OR REPLACE FUNCTION city.last_seen_pieces(
    spans int4range[], times timestamptz[], whole int4multirange, timezone text
)
RETURNS TABLE (span int4range, last_at timestamptz)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    unseen int4multirange := whole;
    visit  record;
BEGIN
    -- Day after day, newest first: each takes what no later day has taken.
    FOR visit IN
        SELECT range_agg(s.span) AS spans, array_agg(s.span) AS span_list, array_agg(s.last_at) AS times
        FROM unnest($1, $2) AS s(span, last_at)
        GROUP BY (s.last_at AT TIME ZONE $4)::date
        ORDER BY (s.last_at AT TIME ZONE $4)::date DESC
    LOOP
        -- Of one day the earliest time is told, so that no metre is credited with another's later visit.
        RETURN QUERY
        SELECT piece, min(seen.at)
        FROM unnest(visit.spans * unseen) AS piece
        JOIN unnest(visit.span_list, visit.times) AS seen(span, at) ON seen.span && piece
        GROUP BY piece;
        unseen := unseen - visit.spans;
        EXIT WHEN isempty(unseen);
    END LOOP;
    RETURN QUERY SELECT piece, NULL::timestamptz FROM unnest(unseen) AS piece;
END
$$;
COMMENT ON FUNCTION city.last_seen_pieces(int4range[], timestamptz[], int4multirange, text) IS
    'The whole chainage of a target in pieces of one local day each, by its sightings'' spans and last times: the day it '
    'was last seen, at the earliest time of that day''s sightings of the piece; NULL for what was never seen. The pieces '
    'tile the whole.';

DROP FUNCTION IF EXISTS city.last_seen_pieces(text, text, real, int4multirange);

CREATE OR REPLACE FUNCTION city.default_reach() RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(
        (
            SELECT r.reach_m FROM city.stored_reach AS r
            ORDER BY r.since IS NOT NULL, r.reach_m <> 25, r.stored_at, r.reach_m LIMIT 1
        ),
        25
    )
$$;
COMMENT ON FUNCTION city.default_reach() IS
    'The reach in metres that is meant where none is named: of those stored from the first patrol on 25, else the one '
    'stored first.';

CREATE OR REPLACE FUNCTION city.refresh_last_seen(layer text, codes text[] DEFAULT NULL, reach_m real DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    made integer;
BEGIN
    -- Two patrols of one target must not rebuild it side by side.
    PERFORM pg_advisory_xact_lock(hashtext('city.last_seen ' || layer));
    DELETE FROM city.last_seen AS l WHERE l.layer = $1 AND ($2 IS NULL OR l.target_code = ANY ($2));
    EXECUTE 'WITH target AS (
                 SELECT t.code, t.name, t.geom, int4multirange(int4range(0, city.line_cm(t.geom))) AS whole
                 FROM city.' || quote_ident(layer || '_now') || ' AS t
                 WHERE $2 IS NULL OR t.code = ANY ($2)
             ),
             -- All at once: target by target, a planner without statistics reads every sighting for each.
             seen AS MATERIALIZED (
                 SELECT s.target_code AS code, array_agg(s.span) AS spans, array_agg(s.last_at) AS times
                 FROM city.sighting AS s
                 WHERE s.layer = $1 AND s.reach_m = $3 AND s.bound = ''nominal'' AND s.known_to IS NULL
                   AND ($2 IS NULL OR s.target_code = ANY ($2))
                 GROUP BY s.target_code
             ),
             piece AS MATERIALIZED (
                 SELECT t.code, p.span, p.last_at
                 FROM target AS t CROSS JOIN city.deployment AS d LEFT JOIN seen AS s USING (code),
                      city.last_seen_pieces(
                          COALESCE(s.spans, ''{}''), COALESCE(s.times, ''{}''), t.whole, d.timezone
                      ) AS p
             ),
             -- What was not seen since the line changed, after tracks were erased: nobody can tell.
             lost AS (
                 SELECT u.target_code AS code, range_agg(u.span) AS spans
                 FROM city.unknown_span AS u WHERE u.layer = $1 AND u.known_to IS NULL GROUP BY u.target_code
             ),
             told AS MATERIALIZED (
                 SELECT p.code, p.span, p.last_at, false AS unknown
                 FROM piece AS p LEFT JOIN lost AS l USING (code)
                 WHERE p.last_at IS NOT NULL OR l.code IS NULL
                 UNION ALL
                 SELECT p.code, part.span, NULL, part.unknown
                 FROM piece AS p JOIN lost AS l USING (code), LATERAL (
                     SELECT unnest(int4multirange(p.span) * l.spans) AS span, true AS unknown
                     UNION ALL
                     SELECT unnest(int4multirange(p.span) - l.spans), false
                 ) AS part
                 WHERE p.last_at IS NULL
             ),
             spans AS (
                 SELECT p.code, array_agg(p.span ORDER BY p.span) AS spans FROM told AS p GROUP BY p.code
             ),
             -- Once: joined piece by piece, each would cut the whole line again.
             drawn AS MATERIALIZED (
                 SELECT t.code, t.name, cut.span, cut.part
                 FROM target AS t JOIN spans AS s USING (code), city.line_parts(t.geom, s.spans) AS cut
             )
             INSERT INTO city.last_seen (layer, target_code, target_name, span, last_at, unknown, geom)
             SELECT $1, p.code, d.name, p.span, p.last_at, p.unknown, d.part
             FROM told AS p JOIN drawn AS d ON d.code = p.code AND d.span = p.span'
    USING layer, codes, COALESCE(reach_m, city.default_reach()::real);
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END
$$;
COMMENT ON FUNCTION city.refresh_last_seen(text, text[], real) IS
    'Rebuilds city.last_seen for targets of a line layer (all where codes is NULL) from its current nominal sightings at '
    'one reach (city.default_reach() where NULL), among today''s valid targets; answers how many pieces it made. Call it where a target or a sighting changed.';

CREATE OR REPLACE FUNCTION city.chainage_text(span int4range) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
-- To the metre; where that would tell both ends alike, to the centimetre.
RETURN (
    SELECT string_agg(
        CASE WHEN upper(span) - lower(span) < 200
             THEN cm / 100000 || '+' || to_char(cm % 100000 / 100.0, 'FM000.00')
             ELSE round(cm / 100.0)::integer / 1000 || '+' || to_char(round(cm / 100.0)::integer % 1000, 'FM000') END,
        '–' ORDER BY cm
    )
    FROM unnest(ARRAY[lower(span), upper(span)]) AS cm
);
COMMENT ON FUNCTION city.chainage_text(int4range) IS
    'A range of chainage in centimetres as people read it, kilometres+metres: 12+340–12+910.';

-- Shaped like every layer's view, so that whatever lists features and counts them needs no exception. Whoever sees the
-- map reads it, and who may not see persons is told of no instant at which somebody was somewhere, nor of when it was
-- worked out, which is soon after: days are whole.
CREATE OR REPLACE VIEW city.last_seen_now AS
SELECT l.id, l.target_code AS code,
       COALESCE(l.target_name, l.target_code) || ' ' || city.chainage_text(l.span) AS name,
       l.layer, l.span, (l.last_at AT TIME ZONE d.timezone)::date AS last_on,
       l.last_at IS NULL AND NOT l.unknown AS never, l.unknown,
       (now() AT TIME ZONE d.timezone)::date - (l.last_at AT TIME ZONE d.timezone)::date AS days,
       NULL::text AS provenance, NULL::bigint AS edition_id,
       date_trunc('day', l.known_from AT TIME ZONE d.timezone) AT TIME ZONE d.timezone AS known_from, l.geom, l.geom_3857,
       l.drawn_size, l.drawn_clearance, l.drawn_label, l.drawn_z8, l.drawn_z10, l.drawn_z12, l.drawn_z14
FROM city.last_seen AS l CROSS JOIN city.deployment AS d;
COMMENT ON VIEW city.last_seen_now IS '最近巡查(今日有效)|Valid today: last seen';
SELECT city.copy_comments('city.last_seen', 'city.last_seen_now');
COMMENT ON COLUMN city.last_seen_now.code IS '目标编码|Code of the target';
COMMENT ON COLUMN city.last_seen_now.name IS '目标名称与桩号(公里+米)|Name of the target and chainage, kilometres+metres';
COMMENT ON COLUMN city.last_seen_now.never IS '从未看到|Never seen';
COMMENT ON COLUMN city.last_seen_now.last_on IS '最近被看到的日子(当地),空为从未或不知道|Local day on which it was last seen; empty where it never was, or nobody can tell';
COMMENT ON COLUMN city.last_seen_now.known_from IS '推算的日子|Day on which it was worked out';
COMMENT ON COLUMN city.last_seen_now.days IS '距今天数(按当地日历)|Local days since it was last seen';
COMMENT ON COLUMN city.last_seen_now.provenance IS '出处,推算所得,故为空|Provenance: none of its own, it is derived';
COMMENT ON COLUMN city.last_seen_now.edition_id IS '版次,推算所得,故为空|Edition: none of its own, it is derived';
