-- By which names analysts are told crews and devices, month by month.
-- Runs: once.  Random, and nowhere else: a digest of a code could be found by trying codes. No history, for the same reason.
CREATE TABLE city.pseudonym (
    month date NOT NULL CONSTRAINT pseudonym_month_first CHECK (extract(day FROM month) = 1),
    kind  text NOT NULL CONSTRAINT pseudonym_kind_known CHECK (kind IN ('crew', 'device')),
    code  text NOT NULL,
    name  text NOT NULL UNIQUE,
    PRIMARY KEY (month, kind, code)
);
COMMENT ON TABLE city.pseudonym IS
    '月度代号:分析员看到的巡查组与设备之名,逐月更换;属个人数据,随当月轨迹一并删除|Pseudonyms: what analysts are told instead of crews and devices, others each month; personal data, erased with the month''s tracks';
COMMENT ON COLUMN city.pseudonym.month IS '月份,以当月首日表示(平台时区)|Local month, by its first day';
COMMENT ON COLUMN city.pseudonym.kind IS '代替什么|What it stands for';
COMMENT ON COLUMN city.pseudonym.code IS '巡查组或设备的编码|Code of the crew or device';
COMMENT ON COLUMN city.pseudonym.name IS '随机代号|The random name';
COMMENT ON CONSTRAINT pseudonym_kind_known ON city.pseudonym IS 'crew=巡查组|Crew; device=设备|Device';
