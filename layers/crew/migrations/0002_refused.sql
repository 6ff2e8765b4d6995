-- How many positions of a device belonged to no outing, when and why: a wrong clock is found by it.
-- Runs: once.
ALTER TABLE city.device_token
    ADD COLUMN refused bigint NOT NULL DEFAULT 0 CONSTRAINT device_token_refused_positive CHECK (refused >= 0),
    ADD COLUMN refused_at timestamptz,
    ADD COLUMN refused_why text CONSTRAINT device_token_refused_known
        CHECK (refused_why IN ('future', 'prehistoric', 'not_finite', 'outside')),
    ADD CONSTRAINT device_token_refused_told CHECK ((refused > 0) = (refused_at IS NOT NULL AND refused_why IS NOT NULL));
COMMENT ON COLUMN city.device_token.refused IS
    '不属于任何巡查、未存下的位置个数|How many positions belonged to no outing and were not stored';
COMMENT ON COLUMN city.device_token.refused_at IS '最近一次有位置未存下的时间|When that last happened';
COMMENT ON COLUMN city.device_token.refused_why IS '最近一次未存下的缘由|Why, that last time';
COMMENT ON CONSTRAINT device_token_refused_known ON city.device_token IS
    'future=时间在将来|Time in the future; prehistoric=时间早于 2000 年|Time before 2000; not_finite=没有坐标或时间|No place or time; outside=全程在服务范围之外|All outside the bounds';
