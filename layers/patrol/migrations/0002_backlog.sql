-- Fixes are stored and acknowledged first; legs and sightings follow, from a list of what is still to be worked out.
-- Runs: once.
ALTER TABLE city.patrol
    ADD COLUMN not_stored jsonb NOT NULL DEFAULT '{}'
        CONSTRAINT patrol_not_stored_object CHECK (jsonb_typeof(not_stored) = 'object'),
    ADD COLUMN gathered boolean NOT NULL DEFAULT false,
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN seen_to timestamptz,
    ADD COLUMN worked_at timestamptz;
COMMENT ON COLUMN city.patrol.not_stored IS '未入库的定位点数,按原因|Fixes that were not stored as its own, by reason';
COMMENT ON COLUMN city.patrol.gathered IS
    '是否由设备上报自动归集,而非预先登记|Whether it was gathered from what a device sent, not opened by anyone';
COMMENT ON COLUMN city.patrol.closed_at IS '宣布结束的时间|When it was declared to be over';
COMMENT ON COLUMN city.patrol.seen_to IS '所见已推算到的定位点时间|Time of the last fix whose sightings are worked out';
COMMENT ON COLUMN city.patrol.worked_at IS '最近一次推算的时间|When it was last worked out';

-- Until now all that came with a track was worked out with it. Of what was left out, these were stored nonetheless.
UPDATE city.patrol SET
    not_stored = left_out - ARRAY['outside', 'inexact', 'spike', 'alone'],
    seen_to = ended_at,
    worked_at = made_at;

-- Batches, not patrols: who stores fixes never waits for who works them out, for they touch no row in common.
CREATE TABLE city.patrol_backlog (
    backlog_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    patrol_id   bigint NOT NULL REFERENCES city.patrol ON DELETE CASCADE,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    fixes       integer NOT NULL CONSTRAINT patrol_backlog_fixes_positive CHECK (fixes >= 0),
    not_stored  jsonb NOT NULL DEFAULT '{}',
    attempts    integer NOT NULL DEFAULT 0,
    not_before  timestamptz,
    fault       text
);
CREATE INDEX patrol_backlog_patrol ON city.patrol_backlog (patrol_id);
COMMENT ON TABLE city.patrol_backlog IS '待推算:已入库、尚未算出所见的定位点批次|Batches of fixes that are stored and not yet worked out';
COMMENT ON COLUMN city.patrol_backlog.backlog_id IS '批次号|Number of the batch';
COMMENT ON COLUMN city.patrol_backlog.patrol_id IS '巡查号|Patrol number';
COMMENT ON COLUMN city.patrol_backlog.received_at IS '收到时间|When it came in';
COMMENT ON COLUMN city.patrol_backlog.fixes IS '入库的定位点数|How many fixes of it were stored';
COMMENT ON COLUMN city.patrol_backlog.not_stored IS '未入库的定位点数,按原因|Fixes of it that were not stored, by reason';
COMMENT ON COLUMN city.patrol_backlog.attempts IS '失败次数|How often working it out failed';
COMMENT ON COLUMN city.patrol_backlog.not_before IS '此前不再试|When to try again at the earliest';
COMMENT ON COLUMN city.patrol_backlog.fault IS '失败原因|Why it failed';

-- A phone's fix looks for the outing of its device that it belongs to.
CREATE INDEX patrol_device ON city.patrol (device, started_at);
