-- The land survey has classes such as 05H1, 08H1 and 08H2A, too, which the first form refused.
-- Runs: once.
ALTER TABLE city.landuse
    DROP CONSTRAINT landuse_class_form,
    ADD CONSTRAINT landuse_class_form CHECK (class_code ~ '^[0-9]{2}([0-9]{0,4}|H[0-9])[A-Z]?$');
COMMENT ON CONSTRAINT landuse_class_form ON city.landuse IS
    '地类编码为 2 至 6 位数字或形如 05H1,末尾可有一个大写字母,如 0101、1105A、08H2A'
    '|2 to 6 digits, or as 05H1, and perhaps a capital letter at the end';
