-- Keeps how a patrol was said to have gone until now, under a code of its own, and by whom that is superseded.
-- Answers the number of the row that keeps it.  Runs: while its legs are still there, before it is corrected.
INSERT INTO city.patrol (
    code, track_no, device, crew, post_code, mode, datum_declared, started_at, ended_at, file_name, fixes_read, fixes_kept,
    left_out, not_stored, length_m, report, sample, edition_id, made_by, made_at, gathered, closed_at, seen_to, worked_at,
    datum_found, datum_odds, minutes, superseded_by, superseded_at, superseded_person
)
SELECT p.code || '~' || (
           SELECT min(n) FROM generate_series(1, 10000) AS n
           WHERE NOT EXISTS (SELECT FROM city.patrol AS o WHERE o.code = p.code || '~' || n)
       ),
       p.track_no, p.device, p.crew, p.post_code, p.mode, p.datum_declared, p.started_at, p.ended_at, p.file_name,
       p.fixes_read, p.fixes_kept, p.left_out, p.not_stored, p.length_m, p.report, p.sample, p.edition_id, p.made_by,
       p.made_at, p.gathered, p.closed_at, p.seen_to, p.worked_at, p.datum_found, p.datum_odds,
       COALESCE((
           SELECT sum(extract(epoch FROM l.ended_at - l.started_at))::double precision / 60
           FROM city.leg AS l WHERE l.patrol_id = p.patrol_id
       ), 0),
       p.patrol_id, transaction_timestamp(), city.person()
FROM city.patrol AS p
WHERE p.patrol_id = %(patrol_id)s
RETURNING patrol_id
