-- Raises flags.  from_us, to_us: microseconds since 1970.  evidence: text[] of JSON objects.
INSERT INTO city.flag (patrol_id, other_id, kind, from_at, to_at, evidence)
SELECT n.patrol_id, n.other_id, n.kind, timestamptz 'epoch' + n.from_us * interval '1 microsecond',
       timestamptz 'epoch' + n.to_us * interval '1 microsecond', n.evidence::jsonb
FROM unnest(
    %(patrol_id)s::bigint[], %(other_id)s::bigint[], %(kind)s::text[], %(from_us)s::bigint[], %(to_us)s::bigint[],
    %(evidence)s::text[]
) AS n(patrol_id, other_id, kind, from_us, to_us, evidence)
