-- Sightings of some lines of one layer that meet a stretch of time, for one reach and bound, in binary.
-- codes: text[]; the place of a code in it, from 0, names the target.  start, end: half-open, Unix seconds.
-- {sighting}: city.sighting, or a table or view shaped like it.  known_at: as known then.  Parameters are written in by the driver: a COPY binds none.
COPY (
    SELECT t.place::bigint - 1, lower(s.span)::bigint, upper(s.span)::bigint,
           extract(epoch FROM s.first_at)::double precision, extract(epoch FROM s.last_at)::double precision, s.patrol_id
    FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS t(code, place)
    JOIN {sighting} AS s ON s.target_code = t.code
    WHERE s.layer = %(layer)s AND s.reach_m = %(reach_m)s::real AND s.bound = %(bound)s
      AND s.known_from <= %(known_at)s::timestamptz AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
      AND s.last_at >= %(start)s::timestamptz AND s.first_at < %(end)s::timestamptz
      AND s.last_at < %(end)s::timestamptz
          + (SELECT max(long.last_at - long.first_at) FROM {sighting} AS long) + interval '1 second'
) TO STDOUT (FORMAT binary)
