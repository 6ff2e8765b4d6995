-- Notes how many fixes came for a patrol of which none is stored as its own, and why not. An erased one stays as it is.
UPDATE city.patrol AS p
SET left_out = p.left_out || p.not_stored,
    fixes_read = greatest(p.fixes_kept, COALESCE(
        (SELECT sum(n.value::integer) FROM jsonb_each_text(p.left_out || p.not_stored) AS n), 0
    ) + p.fixes_kept),
    worked_at = transaction_timestamp()
WHERE p.patrol_id = %(patrol_id)s AND p.erased_at IS NULL
