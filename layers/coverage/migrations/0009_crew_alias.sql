-- By which name a crew without a post is judged once patrols of it were erased.
-- Runs: once.  The least gap between effective patrols is asked of what was erased and of what is still there alike.
CREATE TABLE city.crew_alias (
    crew text PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE city.crew_alias IS
    '巡查组代号:无岗位的巡查组,其已删除与尚存的巡查按同一代号判定;停巡超过各职责的最小间隔后删去|Names of crews: by which those without a post are judged, in erased patrols and others alike; dropped after a pause longer than any duty''s least gap';
COMMENT ON COLUMN city.crew_alias.crew IS '巡查组编码|Code of the crew';
COMMENT ON COLUMN city.crew_alias.name IS '随机代号,同 city.patrol.judged_as|A random name, as in city.patrol.judged_as';
