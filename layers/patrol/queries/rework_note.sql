-- Notes what a patrol was worked out to be.
UPDATE city.patrol AS p
SET started_at = to_timestamp(%(start_s)s), ended_at = to_timestamp(%(end_s)s), fixes_read = %(fixes_read)s,
    fixes_kept = %(fixes_kept)s, left_out = %(left_out)s::jsonb, length_m = %(length_m)s,
    seen_to = to_timestamp(%(end_s)s), worked_at = transaction_timestamp()
WHERE p.patrol_id = %(patrol_id)s
