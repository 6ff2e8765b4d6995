-- Makes what changed of the past long ago one row for each layer and reach, once there are many: a state from before that
-- is then worked out again.
WITH old AS (
    DELETE FROM city.past_change AS c
    WHERE c.written_at < clock_timestamp() - interval '30 days' AND (SELECT count(*) FROM city.past_change) > 10000
    RETURNING c.layer, c.reach_m, c.first_at, c.written_at
)
INSERT INTO city.past_change (layer, reach_m, first_at, written_at)
SELECT o.layer, o.reach_m, min(o.first_at), max(o.written_at) FROM old AS o GROUP BY o.layer, o.reach_m
