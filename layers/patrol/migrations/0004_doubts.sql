-- What holding patrols against each other takes: when fixes came in, where each patrol passed when, whom a doubt names.
-- Runs: once.  CRS: cells of 100 m in the metric system, numbered by geo.tracks.honesty.
-- No default: a column without one is added at once to however many fixes there are, and of those nobody knows.
ALTER TABLE city.fix ADD COLUMN received_at timestamptz;
COMMENT ON COLUMN city.fix.received_at IS '收到时间,空为未知|When it came in; empty where nobody knows';

ALTER TABLE city.flag ADD COLUMN other_id bigint REFERENCES city.patrol ON DELETE CASCADE;
CREATE INDEX flag_other ON city.flag (other_id) WHERE other_id IS NOT NULL;
COMMENT ON COLUMN city.flag.other_id IS '所对照的另一次巡查|The other patrol that it was held against';

-- A crew's outings of one time are looked for with each that is worked out.
CREATE INDEX patrol_crew ON city.patrol (crew, started_at);

CREATE TABLE city.patrol_trace (
    patrol_id bigint PRIMARY KEY REFERENCES city.patrol ON DELETE CASCADE,
    cells     bigint[] NOT NULL,
    passed_s  double precision[] NOT NULL,
    CONSTRAINT patrol_trace_columns_match CHECK (cardinality(cells) = cardinality(passed_s))
);
CREATE INDEX patrol_trace_cells ON city.patrol_trace USING gin (cells);
COMMENT ON TABLE city.patrol_trace IS
    '行迹:一次巡查何时进入哪些百米方格,用于发现重放;属个人数据,随定位点一并删除|Traces: which cells of 100 m a patrol entered when, to find replays; personal data, erased with the fixes';
COMMENT ON COLUMN city.patrol_trace.patrol_id IS '巡查号|Patrol number';
COMMENT ON COLUMN city.patrol_trace.cells IS '进入的方格,按时间|Cells entered, in order of time';
COMMENT ON COLUMN city.patrol_trace.passed_s IS '进入时刻(Unix 秒)|When each was entered, Unix seconds';
