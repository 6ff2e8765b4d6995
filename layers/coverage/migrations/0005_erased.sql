-- What stays of a patrol once its track and its persons are erased, so that every figure replays.
-- Runs: once.  judged_as: where a duty names a crew as its delegate, whether a patrol settled it can be told in no other way.
ALTER TABLE city.patrol
    ALTER COLUMN made_by DROP NOT NULL,
    ADD COLUMN erased_at timestamptz,
    ADD COLUMN minutes double precision CONSTRAINT patrol_minutes_positive CHECK (minutes >= 0),
    ADD COLUMN crew_post text,
    ADD COLUMN judged_as text,
    ADD CONSTRAINT patrol_made_by_present CHECK (made_by IS NOT NULL OR erased_at IS NOT NULL),
    ADD CONSTRAINT patrol_erased_person CHECK (
        erased_at IS NULL
        OR num_nonnulls(device, crew, made_by, report, file_name, source_sha256) = 0 AND minutes IS NOT NULL
    );
CREATE INDEX patrol_erased ON city.patrol (ended_at) WHERE erased_at IS NOT NULL;
COMMENT ON COLUMN city.patrol.erased_at IS
    '轨迹、设备与人员删除的时间,空为未删|When its track, device and persons were erased; empty where they were not';
COMMENT ON COLUMN city.patrol.minutes IS
    '各航段合计分钟,删除航段前记下|Minutes of its legs, noted before these were erased';
COMMENT ON COLUMN city.patrol.crew_post IS
    '删除时其巡查组所属岗位的编码|Code of the post that its crew belonged to when it was erased';
COMMENT ON COLUMN city.patrol.judged_as IS
    '删除后代替巡查组供判定:职责受托的巡查组编码,无岗位者为随机代号|Stands for the crew when duties are judged: its code where a duty names it as delegate, a random name where it has no post';
