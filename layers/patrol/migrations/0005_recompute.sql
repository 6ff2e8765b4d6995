-- Recomputing stored patrols: a run is cut into parts when it begins, so that one that was interrupted goes on with what
-- is left of the very same parts, and so that every worker reads from its own database what it is to do.
-- Runs: once.  Rows are derived: they may be deleted whenever nobody recomputes.
CREATE TABLE city.recompute (
    run_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    start_at   timestamptz,
    end_at     timestamptz,
    code       text NOT NULL,
    began_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    stopped_at timestamptz,
    ended_at   timestamptz,
    made_by    text NOT NULL DEFAULT city.person(),
    CONSTRAINT recompute_period_order CHECK (start_at < end_at)
);
CREATE UNIQUE INDEX recompute_period ON city.recompute (
    COALESCE(start_at, '-infinity'::timestamptz), COALESCE(end_at, 'infinity'::timestamptz)
);
COMMENT ON TABLE city.recompute IS '重算:按时段把已存的巡查重新推算一遍,每个时段只记最近一次|Recomputations: stored patrols of a period worked out anew; of each period the newest';
COMMENT ON COLUMN city.recompute.run_id IS '重算号|Number of the run';
COMMENT ON COLUMN city.recompute.start_at IS '时段起点(含),空为最早|Start of the period, included; empty for the first there is';
COMMENT ON COLUMN city.recompute.end_at IS '时段终点(不含),空为最晚|End of the period, excluded; empty for the last there is';
COMMENT ON COLUMN city.recompute.code IS '所用程序的摘要|Digest of the code that it is done with';
COMMENT ON COLUMN city.recompute.began_at IS '开始时间|When it began';
COMMENT ON COLUMN city.recompute.stopped_at IS '中止时间,继续后清空|When it was stopped; empty once it goes on';
COMMENT ON COLUMN city.recompute.ended_at IS '完成时间,空为尚未完成|When all was done; empty while something is left';
COMMENT ON COLUMN city.recompute.made_by IS '发起人|Who began it';

CREATE TABLE city.recompute_part (
    part_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id         uuid NOT NULL REFERENCES city.recompute ON DELETE CASCADE,
    day            date NOT NULL,
    area_code      text,
    area_name      text,
    patrol_ids     bigint[] NOT NULL CONSTRAINT recompute_part_present CHECK (cardinality(patrol_ids) > 0),
    fixes          bigint NOT NULL,
    rows_changed   bigint NOT NULL DEFAULT 0,
    changed_layers text[] NOT NULL DEFAULT '{}',
    changed_codes  text[] NOT NULL DEFAULT '{}',
    done_at        timestamptz,
    CONSTRAINT recompute_part_changed_match CHECK (cardinality(changed_layers) = cardinality(changed_codes))
);
CREATE INDEX recompute_part_run ON city.recompute_part (run_id);
COMMENT ON TABLE city.recompute_part IS '重算的部分:同一日从同一社区出发的巡查|Parts of recomputations: patrols of one day that set out in one community';
COMMENT ON COLUMN city.recompute_part.part_id IS '部分号|Number of the part';
COMMENT ON COLUMN city.recompute_part.run_id IS '重算号|Number of the run';
COMMENT ON COLUMN city.recompute_part.day IS '出发之日(平台时区)|Local day on which they set out';
COMMENT ON COLUMN city.recompute_part.area_code IS '出发地社区编码,空为不在任何社区|Code of the community they set out in; empty for none';
COMMENT ON COLUMN city.recompute_part.area_name IS '出发地社区名称|Name of that community';
COMMENT ON COLUMN city.recompute_part.patrol_ids IS '巡查号|Numbers of the patrols';
COMMENT ON COLUMN city.recompute_part.fixes IS '定位点数|How many fixes they have';
COMMENT ON COLUMN city.recompute_part.rows_changed IS '改动的所见与存疑条数|How many rows of sightings and flags were entered or ended';
COMMENT ON COLUMN city.recompute_part.changed_layers IS '最近巡查尚待更新的目标:图层|Targets whose last seen is still to follow: layers';
COMMENT ON COLUMN city.recompute_part.changed_codes IS '最近巡查尚待更新的目标:编码|Targets whose last seen is still to follow: codes';
COMMENT ON COLUMN city.recompute_part.done_at IS '完成时间,空为尚未完成|When it was done; empty while it is not';
