-- What tiles tell of an observation: no note, no name of a place or person.  f: its row;  t: the tile.
-- What was settled 90 days ago has left the map; it stays in lists and exports. Days and whether it is overdue change by
-- themselves.
SELECT f.code, f.family, f.kind, f.grade, f.state,
       f.state = 'handed' AND f.due_at < t.at AS overdue,
       GREATEST(floor(extract(epoch FROM t.at - f.found_at) / 86400), 0)::integer AS days,
       CASE WHEN f.settled_at IS NULL OR f.settled_at > t.at - interval '90 days' THEN 0 ELSE 100 END AS drawn_from,
       NULL::integer AS drawn_named_from,
       -- What waits before what is settled, and of either the newest first.
       CASE WHEN f.state = 'settled' THEN 0 ELSE 1e11 END + extract(epoch FROM f.found_at)::double precision AS drawn_weight,
       LEAST(
           f.found_at + interval '1 day' * GREATEST(floor(extract(epoch FROM t.at - f.found_at) / 86400) + 1, 1),
           CASE WHEN f.state = 'handed' AND f.due_at >= t.at THEN f.due_at END,
           f.settled_at + interval '90 days'
       ) AS drawn_until
