-- From when on sightings are complete of reaches and layers that were stored after tracks were erased.
-- Runs: once.  What was before it is unknown, never "nobody was there".
ALTER TABLE city.stored_reach ADD COLUMN since timestamptz;
COMMENT ON COLUMN city.stored_reach.since IS
    '所见自何时起算全:此前有定位点已删除,空为不限|From when on it is complete: fixes before were erased; empty where none were';
COMMENT ON TABLE city.stored_reach IS
    '已存的可视距离:每条尚存轨迹对每个目标的所见都按它算过|Reaches for which what every patrol with a track saw of every target is stored';
ALTER TABLE city.whole_stored ADD COLUMN since timestamptz;
COMMENT ON COLUMN city.whole_stored.since IS
    '所见自何时起算全:此前有定位点已删除,空为不限|From when on it is complete: fixes before were erased; empty where none were';
COMMENT ON TABLE city.whole_stored IS
    '已算全所见的面、点图层与可视距离|Layers of areas and points, and reaches, for which what every patrol with a track saw is stored';
