-- One patrol, before its fixes, legs and sightings. Answers its number.
INSERT INTO city.patrol (
    code, source_sha256, track_no, device, crew, post_code, mode, datum_declared, started_at, ended_at,
    file_name, fixes_read, fixes_kept, left_out, not_stored, length_m, report, sample, edition_id, gathered
)
VALUES (
    %(code)s, %(sha256)s, %(track_no)s, %(device)s, %(crew)s, %(post_code)s, %(mode)s, %(datum)s,
    to_timestamp(%(start_s)s), to_timestamp(%(end_s)s), %(file_name)s, %(fixes_read)s, 0,
    %(left_out)s::jsonb, %(not_stored)s::jsonb, 0, %(report)s, %(sample)s, %(edition_id)s, %(gathered)s
)
RETURNING patrol_id
