-- What patrols saw of banks from their own side of the water, where duties ask for that.
-- Runs: once.  CRS: chainage in centimetres of the metric system.
-- A table of its own: whatever reads sightings counts none twice, and costs nothing more. Kept like these, superseded like
-- these, it outlasts the legs by which the side was told.
CREATE TABLE city.side_sighting (
    LIKE city.sighting INCLUDING ALL,
    side_unknown boolean NOT NULL DEFAULT false,
    CONSTRAINT side_sighting_patrol FOREIGN KEY (patrol_id) REFERENCES city.patrol ON DELETE CASCADE,
    CONSTRAINT side_sighting_bank CHECK (layer = 'bank')
);
CREATE INDEX side_sighting_unknown ON city.side_sighting (target_code, reach_m) WHERE side_unknown;
COMMENT ON TABLE city.side_sighting IS
    '同岸所见:一次巡查在水的同侧看到某岸线的哪一段、何时|Same-side sightings: which range of a bank a patrol saw from its own side of the water, and when';
COMMENT ON COLUMN city.side_sighting.side_unknown IS
    '轨迹已删除、无从分辨在哪一侧,按所见原样计入|Counted as it was seen, since the track is gone and the side cannot be told';
COMMENT ON CONSTRAINT side_sighting_bank ON city.side_sighting IS '只有岸线分两侧|Only banks have sides';

-- As city.stored_reach: without this record a bank that was never looked at would read as "nobody was there".
CREATE TABLE city.side_stored (
    bank_code text NOT NULL,
    reach_m   double precision NOT NULL CONSTRAINT side_stored_range CHECK (reach_m > 0 AND reach_m <= 10000),
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bank_code, reach_m)
);
COMMENT ON TABLE city.side_stored IS
    '已算全同岸所见的岸线与可视距离|Banks and reaches for which what every patrol saw from its own side is stored';
COMMENT ON COLUMN city.side_stored.bank_code IS '岸线编码|Code of the bank';
COMMENT ON COLUMN city.side_stored.reach_m IS '可视距离(米)|Reach in metres';
COMMENT ON COLUMN city.side_stored.stored_at IS '算全的时间|When it was complete';
