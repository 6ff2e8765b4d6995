-- Whether something happened within the hours that count; ranges of chainage as lists.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.in_hours(
    first_at timestamptz, last_at timestamptz, zone text, from_s integer[], to_s integer[], weekdays integer[]
)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN last_at - first_at >= interval '2 days' OR EXISTS (
    SELECT
    FROM generate_series(-1, 2) AS shift(n)
    CROSS JOIN unnest(from_s, to_s) AS hours(from_s, to_s)
    CROSS JOIN LATERAL (SELECT (first_at AT TIME ZONE zone)::date + shift.n AS day) AS begun
    WHERE (weekdays IS NULL OR extract(isodow FROM begun.day)::integer = ANY (weekdays))
      AND first_at < (begun.day + make_interval(secs => hours.to_s)) AT TIME ZONE zone
      AND last_at >= (begun.day + make_interval(secs => hours.from_s)) AT TIME ZONE zone
);
COMMENT ON FUNCTION city.in_hours(timestamptz, timestamptz, text, integer[], integer[], integer[]) IS
    'Whether a stretch of time meets a window of hours: each from from_s to before to_s, seconds of the local day that it '
    'begins on, over 86,400 where it ends on the next; weekdays (1 Monday to 7, NULL for all) are those it begins on.';

CREATE OR REPLACE FUNCTION city.span_list(spans int4multirange) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT COALESCE(jsonb_agg(jsonb_build_array(lower(span) / 100.0, upper(span) / 100.0) ORDER BY span), '[]')
    FROM unnest(spans) AS span
);
COMMENT ON FUNCTION city.span_list(int4multirange) IS
    'Ranges of chainage in centimetres as a JSON list of [from, to] in metres, in order.';
