-- Tracks as few bytes, by which most are told from replays without their fixes being read.
-- Runs: once.  CRS: the metric one, in centimetres; the form is that of geo.tracks.honesty.course.
-- Of patrols that were worked out before it is made when they are first held against another.
ALTER TABLE city.patrol_trace ADD COLUMN course bytea;
-- Differences of a few metres do not shrink by the database's own compression, which costs more than reading them.
ALTER TABLE city.patrol_trace ALTER COLUMN course SET STORAGE EXTERNAL;
COMMENT ON COLUMN city.patrol_trace.course IS
    '航迹:参与比对的定位点,位置精确到厘米、时间精确到毫秒,空为尚未整理|Course: the fixes that are held against others, to the centimetre and the millisecond; empty while it is not made';
