-- How exact the fixes of a leg are at worst, by which it is told from afar what the leg cannot have seen.
-- Runs: once.
ALTER TABLE city.leg ADD COLUMN worst_m real CONSTRAINT leg_worst_positive CHECK (worst_m >= 0);
COMMENT ON COLUMN city.leg.worst_m IS
    '所报精度的最差值(米,68%),都没有报为 0,空为未知|The worst accuracy that its fixes reported, metres, 68 percent radius; 0 where none did, empty where it is not known';
-- Nothing of what was seen changes by it: no state of a duty is to be worked out again.
ALTER TABLE city.leg DISABLE TRIGGER USER;
UPDATE city.leg AS l
SET worst_m = COALESCE(
    (
        SELECT max(f.accuracy_m) FROM city.fix AS f
        WHERE f.device = p.device AND f.time BETWEEN l.started_at AND l.ended_at AND f.left_out IS NULL
    ),
    0
)
FROM city.patrol AS p
WHERE p.patrol_id = l.patrol_id;
ALTER TABLE city.leg ENABLE TRIGGER USER;
