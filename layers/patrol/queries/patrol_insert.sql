-- One patrol, before its fixes, legs and sightings. Answers its number.
INSERT INTO city.patrol (
    code, source_sha256, track_no, device, crew, post_code, mode, datum_declared, started_at, ended_at,
    file_name, fixes_read, fixes_kept, left_out, length_m, report, sample, edition_id
)
VALUES (
    %(code)s, %(sha256)s, %(track_no)s, %(device)s, %(crew)s, %(post_code)s, %(mode)s, %(datum)s,
    to_timestamp(%(start_s)s), to_timestamp(%(end_s)s), %(file_name)s, %(fixes_read)s, %(fixes_kept)s,
    %(left_out)s::jsonb, %(length_m)s, %(report)s, %(sample)s, %(edition_id)s
)
RETURNING patrol_id
