-- Where a reach lies: on its bank as of a day, else on the newest the bank has been.
-- Runs: on every deployment (replaces itself).  CRS: 4490.
CREATE OR REPLACE FUNCTION city.reach_line(bank_code text, span int4multirange, on_day date) RETURNS geometry
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    line geometry := (
        SELECT b.geom FROM city.bank AS b
        WHERE b.code = $1
        ORDER BY daterange(b.valid_from, b.valid_to) @> on_day DESC, b.valid_from DESC
        LIMIT 1
    );
    found geometry := city.line_part(line, span);
BEGIN
    IF line IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', SCHEMA = 'city', TABLE = 'reach',
            CONSTRAINT = 'reach_bank_exists', MESSAGE = '没有岸线 ' || bank_code || ':请先推算岸线,再登记责任段。';
    ELSIF ST_IsEmpty(found) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = 'city', TABLE = 'reach',
            CONSTRAINT = 'reach_span_inside', MESSAGE = '桩号范围 ' || span::text || '(厘米)在岸线 ' || bank_code
                || ' 之外:其长度为 ' || city.line_cm(line) || ' 厘米。';
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION city.reach_line(text, int4multirange, date) IS
    'The part of a bank, as it is on a day, within centimetre ranges; raises where bank or range do not exist.';
