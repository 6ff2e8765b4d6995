-- Forgets what changed of the past before any state that is kept was worked out: it matters to none.
DELETE FROM city.past_change AS c
WHERE c.written_at < COALESCE((SELECT min(d.made_at) FROM city.duty_state AS d), 'infinity')
