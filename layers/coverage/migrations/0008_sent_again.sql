-- By what fixes are known again that were erased and are sent once more: a phone repeats what it has buffered.
-- Runs: once.  Without it a repeated upload would become a new patrol, and every figure count it twice.
-- Of the device there stays no name, but a digest under a salt of the patrol's own: whoever has both the database and
-- the name of a device can tell whether the patrol was that device's, which is what is asked when fixes come.
CREATE TABLE city.erased_span (
    erased_span_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    patrol_id bigint NOT NULL REFERENCES city.patrol ON DELETE CASCADE,
    span      tstzrange NOT NULL CONSTRAINT erased_span_present
        CHECK (NOT isempty(span) AND NOT lower_inf(span) AND NOT upper_inf(span)),
    salt      uuid NOT NULL,
    digest    text NOT NULL CONSTRAINT erased_span_digest_form CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX erased_span_span ON city.erased_span USING gist (span);
CREATE INDEX erased_span_patrol ON city.erased_span (patrol_id);
COMMENT ON TABLE city.erased_span IS
    '已删除的时段:某设备在其间的定位点已删除,重发时不再接收|Erased spans: times of which a device''s fixes were erased, and are not taken in again';
COMMENT ON COLUMN city.erased_span.erased_span_id IS '已删除时段号|Number';
COMMENT ON COLUMN city.erased_span.patrol_id IS '巡查号|Patrol number';
COMMENT ON COLUMN city.erased_span.span IS '时段,首末两点在内|From the first fix to the last, both included';
COMMENT ON COLUMN city.erased_span.salt IS '每次巡查一个的随机数|A random number of the patrol''s own';
COMMENT ON COLUMN city.erased_span.digest IS
    '随机数与设备编号的 SHA-256,只能用已知的编号核对|SHA-256 of that number and the device; a device that is known can be checked against it';
