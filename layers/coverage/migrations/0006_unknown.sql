-- Where a line changed after tracks were erased, and nothing can be said of what these saw there.
-- Runs: once.  CRS: chainage in centimetres of the metric system.
-- Kept as it happens, because it cannot be made up for later.
CREATE TABLE city.unknown_span (
    unknown_span_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer       text NOT NULL,
    target_code text NOT NULL,
    span        int4range NOT NULL CONSTRAINT unknown_span_present
        CHECK (NOT isempty(span) AND lower(span) >= 0 AND NOT upper_inf(span)),
    until       timestamptz NOT NULL,
    known_from  timestamptz NOT NULL DEFAULT now(),
    known_to    timestamptz,
    CONSTRAINT unknown_span_known_order CHECK (known_from <= known_to)
);
CREATE INDEX unknown_span_target ON city.unknown_span (layer, target_code) WHERE known_to IS NULL;
COMMENT ON TABLE city.unknown_span IS
    '未知范围:轨迹删除后才改变的线上,无从得知此前是否被看到的部分|Unknown spans: parts of a line that changed after tracks were erased, of which nobody can tell whether they had been seen';
COMMENT ON COLUMN city.unknown_span.unknown_span_id IS '未知范围号|Number';
COMMENT ON COLUMN city.unknown_span.layer IS '目标图层|Layer of the target';
COMMENT ON COLUMN city.unknown_span.target_code IS '目标编码|Code of the target';
COMMENT ON COLUMN city.unknown_span.span IS '桩号范围(厘米)|Range of chainage in centimetres';
COMMENT ON COLUMN city.unknown_span.until IS '到何时为止未知:其后的轨迹仍在|Until when it is unknown; tracks after it are still there';
COMMENT ON COLUMN city.unknown_span.known_from IS '入库时间|When it was entered';
COMMENT ON COLUMN city.unknown_span.known_to IS '被取代时间,空为现行|When it was superseded; empty while it stands';
