-- For which layers of areas and points, at which reaches, what patrols saw is complete; and how far they went inside.
-- Runs: once.
ALTER TABLE city.whole_sighting ADD COLUMN inside_m double precision NOT NULL DEFAULT 0
    CONSTRAINT whole_sighting_inside_positive CHECK (inside_m >= 0);
COMMENT ON COLUMN city.whole_sighting.inside_m IS '面内行程(米)|Metres gone inside the area; 0 of a point';
COMMENT ON COLUMN city.whole_sighting.share IS
    '看到的面积比例;点、按道路计的区为空|Share of the area within reach; empty for a point, and where roads are the measure';
COMMENT ON COLUMN city.whole_sighting.seen IS
    '看到的部分(不大于真值);点、按道路计的区为空|The part within reach, never too large; empty as the share is';

-- As city.stored_reach: without this record a layer that was never looked at would read as "nobody was there".
CREATE TABLE city.whole_stored (
    layer     text NOT NULL,
    reach_m   double precision NOT NULL CONSTRAINT whole_stored_range CHECK (reach_m > 0 AND reach_m <= 10000),
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (layer, reach_m)
);
COMMENT ON TABLE city.whole_stored IS
    '已算全所见的面、点图层与可视距离|Layers of areas and points, and reaches, for which what every patrol saw is stored';
COMMENT ON COLUMN city.whole_stored.layer IS '图层|Layer';
COMMENT ON COLUMN city.whole_stored.reach_m IS '可视距离(米)|Reach in metres';
COMMENT ON COLUMN city.whole_stored.stored_at IS '算全的时间|When it was complete';
