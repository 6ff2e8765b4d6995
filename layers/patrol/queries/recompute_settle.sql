-- Notes that what was last seen of a part's targets has followed, and where `done` holds that the part is done.
UPDATE city.recompute_part AS r
SET changed_layers = '{}', changed_codes = '{}',
    done_at = COALESCE(r.done_at, CASE WHEN %(done)s THEN clock_timestamp() END)
WHERE r.part_id = %(part_id)s
