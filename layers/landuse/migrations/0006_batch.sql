-- Batches of land checks: what was asked for, the outlines, what each was answered, and where each meets what it may not.
-- Runs: once.  CRS: outlines in the deployment's metric system, as in city.landuse_check; conflicts in 4490.
CREATE TABLE city.landuse_batch (
    batch_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL CONSTRAINT landuse_batch_code_once UNIQUE
        CONSTRAINT landuse_batch_code_form CHECK (code ~ '^PL[0-9]{8}-[2-9A-HJ-NP-Z]{8}$'),
    name        text CONSTRAINT landuse_batch_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    activity    text NOT NULL CONSTRAINT landuse_batch_activity_known CHECK (
        activity IN ('build', 'facility', 'road', 'dig', 'pond', 'trees', 'crops', 'dump')
    ),
    as_of       date NOT NULL,
    known_at    timestamptz NOT NULL,
    tolerance_m double precision NOT NULL,
    asked       jsonb NOT NULL CONSTRAINT landuse_batch_asked_object CHECK (jsonb_typeof(asked) = 'object'),
    total       integer NOT NULL CONSTRAINT landuse_batch_total_positive CHECK (total > 0),
    signed_in   boolean NOT NULL,
    status      text NOT NULL DEFAULT 'queued' CONSTRAINT landuse_batch_status_known
        CHECK (status IN ('queued', 'checking', 'done', 'failed', 'cancelled')),
    progress    jsonb,
    fault       text,
    attempts    integer NOT NULL DEFAULT 0,
    worker      text,
    changes     bigint NOT NULL DEFAULT 1,
    cancel_at   timestamptz,
    started_at  timestamptz,
    ended_at    timestamptz,
    made_by     text NOT NULL DEFAULT city.person(),
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    erased_at   timestamptz,
    erased_by   text
);
CREATE INDEX landuse_batch_waiting ON city.landuse_batch (batch_id) WHERE status IN ('queued', 'checking');
CREATE INDEX landuse_batch_person ON city.landuse_batch (made_by, batch_id DESC);
COMMENT ON TABLE city.landuse_batch IS '批量用地核查:线索,非认定|Batches of land checks: clues, no rulings';
COMMENT ON COLUMN city.landuse_batch.batch_id IS '批量核查号|Number of the batch';
COMMENT ON COLUMN city.landuse_batch.code IS '编码,含随机部分|Code, a part of it random';
COMMENT ON COLUMN city.landuse_batch.name IS '名称|Name';
COMMENT ON COLUMN city.landuse_batch.activity IS '拟开展的活动|What is to be done there';
COMMENT ON COLUMN city.landuse_batch.as_of IS '按哪一天的现势|As of which day';
COMMENT ON COLUMN city.landuse_batch.known_at IS '按何时所知,全批同一时刻|As known when, the same for all of it';
COMMENT ON COLUMN city.landuse_batch.tolerance_m IS '容差(米)|Tolerance in metres';
COMMENT ON COLUMN city.landuse_batch.asked IS '范围怎样读来:来源、坐标系、说明|How the outlines were read';
COMMENT ON COLUMN city.landuse_batch.total IS '范围个数|How many outlines';
COMMENT ON COLUMN city.landuse_batch.signed_in IS '是否登录者所提|Whether someone with a token asked for it';
COMMENT ON COLUMN city.landuse_batch.status IS '状态|How far it is';
COMMENT ON COLUMN city.landuse_batch.progress IS '核查进展|How far checking has come';
COMMENT ON COLUMN city.landuse_batch.fault IS '失败原因|Why it failed';
COMMENT ON COLUMN city.landuse_batch.attempts IS '自上次有进展以来开始过几次|How often it was begun since it last came further';
COMMENT ON COLUMN city.landuse_batch.worker IS '谁在核查|Which process is at it';
COMMENT ON COLUMN city.landuse_batch.changes IS
    '这一行改过几次|How often this row changed, by which those who follow it know what they missed';
COMMENT ON COLUMN city.landuse_batch.cancel_at IS '何时要求取消|When it was asked to stop';
COMMENT ON COLUMN city.landuse_batch.started_at IS '开始核查的时间|When checking last began';
COMMENT ON COLUMN city.landuse_batch.ended_at IS '结束时间|When it ended';
COMMENT ON COLUMN city.landuse_batch.made_by IS '由谁提出|Who asked for it';
COMMENT ON COLUMN city.landuse_batch.made_at IS '提出时间|When it was asked for';
COMMENT ON COLUMN city.landuse_batch.erased_at IS
    '删除时间:内容已清空,只留编码|When it was erased: nothing of it is left but its code';
COMMENT ON COLUMN city.landuse_batch.erased_by IS '由谁删除|Who erased it';
COMMENT ON CONSTRAINT landuse_batch_activity_known ON city.landuse_batch IS
    'build=建设|Building; facility=设施农业|Farm facilities; road=修路|Roads; dig=取土采挖|Digging; pond=挖塘养殖|Fish ponds; '
    'trees=植树造林|Planting trees; crops=种粮种菜|Crops; dump=堆放弃土|Dumping soil';
COMMENT ON CONSTRAINT landuse_batch_status_known ON city.landuse_batch IS
    'queued=排队中|Queued; checking=核查中|Checking; done=已完成|Done; failed=失败|Failed; cancelled=已取消|Cancelled';

CREATE TABLE city.landuse_batch_outline (
    batch_id bigint NOT NULL REFERENCES city.landuse_batch ON DELETE CASCADE,
    number   integer NOT NULL CONSTRAINT landuse_batch_outline_number_positive CHECK (number > 0),
    name     text,
    outline  bytea,
    tried    smallint NOT NULL DEFAULT 0,
    fault    text,
    answer   text CONSTRAINT landuse_batch_outline_answer_known CHECK (answer IN ('no', 'unknown', 'ask', 'yes')),
    row      jsonb CONSTRAINT landuse_batch_outline_row_object CHECK (jsonb_typeof(row) = 'object'),
    PRIMARY KEY (batch_id, number),
    CONSTRAINT landuse_batch_outline_some CHECK (num_nonnulls(outline, fault) > 0),
    CONSTRAINT landuse_batch_outline_whole CHECK ((answer IS NULL) = (row IS NULL) AND num_nonnulls(fault, answer) <= 1)
);
ALTER TABLE city.landuse_batch_outline ALTER COLUMN outline SET STORAGE EXTERNAL;
COMMENT ON TABLE city.landuse_batch_outline IS
    '批量核查的各个范围及其结论|The outlines of batches, and what each was answered';
COMMENT ON COLUMN city.landuse_batch_outline.batch_id IS '批量核查号|Number of the batch';
COMMENT ON COLUMN city.landuse_batch_outline.number IS '在文件里的序号,自 1 起|Its place in the file, from 1';
COMMENT ON COLUMN city.landuse_batch_outline.name IS '名称|Name';
COMMENT ON COLUMN city.landuse_batch_outline.outline IS
    '范围,量测坐标系中的 WKB,未修复|The outline as it came, WKB in the metric system';
COMMENT ON COLUMN city.landuse_batch_outline.tried IS
    '进程中断后单独核查过它几次而没有结果|How often it was begun by itself, in vain, after a process died';
COMMENT ON COLUMN city.landuse_batch_outline.fault IS '不能核查的原因|Why it could not be checked';
COMMENT ON COLUMN city.landuse_batch_outline.answer IS '结论,空为尚未核查或不能核查|The answer; empty until there is one';
COMMENT ON COLUMN city.landuse_batch_outline.row IS '这一行的面积、地类、控制区与理由|Areas, classes, zones and reasons';
COMMENT ON CONSTRAINT landuse_batch_outline_answer_known ON city.landuse_batch_outline IS
    'no=不可|No; unknown=不能判定|Cannot be told; ask=须报批|Needs approval; yes=可|Yes';

CREATE TABLE city.landuse_batch_conflict (
    batch_id   bigint NOT NULL,
    number     integer NOT NULL,
    place      integer NOT NULL CONSTRAINT landuse_batch_conflict_place_positive CHECK (place > 0),
    answer     text NOT NULL,
    rule       text NOT NULL,
    subject    text NOT NULL,
    reason     text NOT NULL,
    citation   text NOT NULL,
    layer      text,
    feature    bigint,
    code       text,
    name       text,
    known_from timestamptz,
    edition    text,
    area_m2    double precision,
    share      double precision,
    sliver     boolean NOT NULL,
    geom       geometry(MultiPolygon, 4490),
    PRIMARY KEY (batch_id, number, place),
    FOREIGN KEY (batch_id, number) REFERENCES city.landuse_batch_outline ON DELETE CASCADE
);
COMMENT ON TABLE city.landuse_batch_conflict IS
    '批量核查的冲突:每条规则、每个要素一行|Conflicts of batches: a row for each rule and feature';
COMMENT ON COLUMN city.landuse_batch_conflict.batch_id IS '批量核查号|Number of the batch';
COMMENT ON COLUMN city.landuse_batch_conflict.number IS '范围的序号|The outline''s place in the file';
COMMENT ON COLUMN city.landuse_batch_conflict.place IS '第几条|Its place among those of the outline';
COMMENT ON COLUMN city.landuse_batch_conflict.answer IS '该条的结论|What the rule answers';
COMMENT ON COLUMN city.landuse_batch_conflict.rule IS '规则编码|Code of the rule';
COMMENT ON COLUMN city.landuse_batch_conflict.subject IS '对象|What the rule is about';
COMMENT ON COLUMN city.landuse_batch_conflict.reason IS '理由|The reason in words';
COMMENT ON COLUMN city.landuse_batch_conflict.citation IS '依据|Law and article';
COMMENT ON COLUMN city.landuse_batch_conflict.layer IS '图层|Layer of the feature';
COMMENT ON COLUMN city.landuse_batch_conflict.feature IS '要素号|Number of the feature';
COMMENT ON COLUMN city.landuse_batch_conflict.code IS '要素编码|Code of the feature';
COMMENT ON COLUMN city.landuse_batch_conflict.name IS '要素名称|Name of the feature';
COMMENT ON COLUMN city.landuse_batch_conflict.known_from IS '要素版本的入库时间|Since when that version was known';
COMMENT ON COLUMN city.landuse_batch_conflict.edition IS '图层版次|Edition of the layer';
COMMENT ON COLUMN city.landuse_batch_conflict.area_m2 IS '重叠面积(椭球面积,平方米)|Shared area on the ellipsoid';
COMMENT ON COLUMN city.landuse_batch_conflict.share IS '占范围的份额|Share of the outline';
COMMENT ON COLUMN city.landuse_batch_conflict.sliver IS '是否小于容差的碎片|Whether it is a sliver under the tolerance';
COMMENT ON COLUMN city.landuse_batch_conflict.geom IS '重叠部分|What they share';
