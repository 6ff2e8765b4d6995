-- What changed of months that are over, so that it can be told which states of duties still hold.
-- Runs: once.  When rows were known is when their transactions began: one that began before a state was worked out, and
-- ended after, changed what it stands on and looked older. These are told of as they are written.
CREATE TABLE city.past_change (
    layer      text,
    reach_m    real,
    first_at   timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX past_change_written ON city.past_change (written_at);
COMMENT ON TABLE city.past_change IS
    '往月变动:已过各月的所见、航段、存疑与巡查组何时被改动,据此判断职责月初状态是否仍成立|Changes of the past: when sightings, legs, flags and crews of months that are over changed; by it states of duties hold or not';
COMMENT ON COLUMN city.past_change.layer IS '目标图层,空为全部|Layer of the targets; empty: all';
COMMENT ON COLUMN city.past_change.reach_m IS '可视距离(米),空为全部|Reach in metres; empty: all';
COMMENT ON COLUMN city.past_change.first_at IS '所改动的最早时刻|The earliest instant of which something changed';
COMMENT ON COLUMN city.past_change.written_at IS '写入时刻(时钟,非事务开始)|When it was written, by the clock, not when the transaction began';

-- They were asked for this alone.
DROP INDEX city.sighting_entered, city.sighting_superseded, city.whole_sighting_entered, city.whole_sighting_superseded,
    city.flag_changed;
DROP INDEX IF EXISTS city.side_sighting_layer_reach_m_known_from_first_at_idx,
    city.side_sighting_layer_reach_m_known_to_first_at_idx;
-- Nothing was told of so far: what is kept is worked out again.
DELETE FROM city.duty_state;
