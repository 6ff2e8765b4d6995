-- What is carried over from month to month: when each stretch of what a duty covers was last seen as a month began.
-- Runs: once.  A row is derived, may be deleted at any time, and is not used once anything before its instant has changed.
CREATE TABLE city.duty_state (
    duty_code      text NOT NULL,
    layer          text NOT NULL,
    effective      boolean NOT NULL,
    at             timestamptz NOT NULL,
    made_at        timestamptz NOT NULL DEFAULT now(),
    signature      text NOT NULL,
    target_codes   text[] NOT NULL,
    targets        integer[] NOT NULL,
    from_cm        integer[] NOT NULL,
    to_cm          integer[] NOT NULL,
    last_s         double precision[] NOT NULL,
    last_effective jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (duty_code, layer, effective, at),
    CONSTRAINT duty_state_columns_match CHECK (
        cardinality(targets) = cardinality(from_cm) AND cardinality(targets) = cardinality(to_cm)
        AND cardinality(targets) = cardinality(last_s)
    ),
    CONSTRAINT duty_state_last_object CHECK (jsonb_typeof(last_effective) = 'object')
);
COMMENT ON TABLE city.duty_state IS
    '职责月初状态:月初时各段最近被看到的时间,由所见推算|State of a duty as a month begins: when each stretch was last seen, derived';
COMMENT ON COLUMN city.duty_state.duty_code IS '职责编码|Code of the duty';
COMMENT ON COLUMN city.duty_state.layer IS '目标图层|Layer of the targets';
COMMENT ON COLUMN city.duty_state.effective IS '是否只计有效巡查|Whether only effective patrols count';
COMMENT ON COLUMN city.duty_state.at IS '月初时刻|The instant it holds at';
COMMENT ON COLUMN city.duty_state.made_at IS '推算时间|When it was worked out';
COMMENT ON COLUMN city.duty_state.signature IS '职责各版本与范围的摘要|Digest of the duty''s versions and of what it covers';
COMMENT ON COLUMN city.duty_state.target_codes IS '目标编码|Codes of the targets';
COMMENT ON COLUMN city.duty_state.targets IS '各段的目标(编码的序号,从 0 起)|Target of each stretch, as the place of its code, from 0';
COMMENT ON COLUMN city.duty_state.from_cm IS '各段起点桩号(厘米)|Where each stretch starts, centimetres';
COMMENT ON COLUMN city.duty_state.to_cm IS '各段止点桩号(厘米)|Where each stretch ends, centimetres';
COMMENT ON COLUMN city.duty_state.last_s IS '各段最近被看到的时间(Unix 秒),-Infinity 从未,NaN 未知|When each was last seen, Unix seconds; -Infinity never, NaN unknown';
COMMENT ON COLUMN city.duty_state.last_effective IS '各岗位上次有效巡查结束时间(Unix 秒)|When each post''s last effective patrol ended, Unix seconds';

-- Whether anything that lies before an instant has changed since is asked of the ends of these.
CREATE INDEX sighting_entered ON city.sighting (layer, reach_m, known_from, first_at);
CREATE INDEX sighting_superseded ON city.sighting (layer, reach_m, known_to, first_at) WHERE known_to IS NOT NULL;
CREATE INDEX whole_sighting_entered ON city.whole_sighting (layer, reach_m, known_from, first_at);
CREATE INDEX whole_sighting_superseded ON city.whole_sighting (layer, reach_m, known_to, first_at) WHERE known_to IS NOT NULL;
CREATE INDEX flag_changed ON city.flag (greatest(known_from, known_to), from_at);
