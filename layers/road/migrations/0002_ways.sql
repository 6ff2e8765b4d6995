-- Which way vehicles go along a road, and on which level, so that plans find their way.
-- Runs: once.
ALTER TABLE city.road
    ADD COLUMN oneway text NOT NULL DEFAULT 'no' CONSTRAINT road_oneway_known CHECK (oneway IN ('no', 'forward', 'backward')),
    ADD COLUMN level integer NOT NULL DEFAULT 0 CONSTRAINT road_level_range CHECK (level BETWEEN -9 AND 9);
COMMENT ON COLUMN city.road.oneway IS '车辆单行方向|Direction of vehicles';
COMMENT ON COLUMN city.road.level IS '层:桥为正,隧道为负,地面 0;不同层相交处不相通|Level: bridges above, tunnels below, ground 0; ways of different levels cross without meeting';
COMMENT ON CONSTRAINT road_oneway_known ON city.road IS
    'no=双向|Both ways; forward=沿线单行|Along the line only; backward=逆线单行|Against the line only';
COMMENT ON CONSTRAINT road_level_range ON city.road IS '层应在 -9 与 9 之间|A level lies between -9 and 9';

CALL city.keep_history('city.road');
