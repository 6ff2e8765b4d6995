-- Links by which a crew opens its own sheet without signing in. A link is no row: it says itself what it opens and until
-- when, under a signature by the one key of this deployment. Only what ends links early is kept.
-- Runs: once. No geometry, so not a layer of the map.
CREATE TABLE city.sheet_key (
    single  boolean PRIMARY KEY DEFAULT true CONSTRAINT sheet_key_one CHECK (single),
    secret  bytea NOT NULL CONSTRAINT sheet_key_long CHECK (octet_length(secret) >= 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE city.sheet_key IS
    '签发巡查组页面链接的密钥,每个部署一把,首次使用时生成|The key that signs links to crews'' sheets: one a deployment, made at first use';
COMMENT ON COLUMN city.sheet_key.single IS '只有一行|There is one row';
COMMENT ON COLUMN city.sheet_key.secret IS '密钥,不出数据库与服务器|The secret; it leaves neither database nor server';
COMMENT ON COLUMN city.sheet_key.made_at IS '何时生成|When it was made';
COMMENT ON CONSTRAINT sheet_key_one ON city.sheet_key IS '只能有一把密钥|There is one key';
COMMENT ON CONSTRAINT sheet_key_long ON city.sheet_key IS '密钥至少 32 字节|At least 32 bytes';

CREATE TABLE city.sheet_end (
    end_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_code text NOT NULL CONSTRAINT sheet_end_plan_present CHECK (plan_code <> ''),
    ended_at  timestamptz NOT NULL DEFAULT now(),
    ended_by  text NOT NULL
);
CREATE INDEX sheet_end_plan ON city.sheet_end (plan_code);
COMMENT ON TABLE city.sheet_end IS
    '作废链接的记录:每作废一次,该方案此前签发的链接全部失效|When links were ended: every one signed for that plan before';
COMMENT ON COLUMN city.sheet_end.end_id IS '编号|Number';
COMMENT ON COLUMN city.sheet_end.plan_code IS '方案编码|Code of the plan';
COMMENT ON COLUMN city.sheet_end.ended_at IS '何时作废|When they were ended';
COMMENT ON COLUMN city.sheet_end.ended_by IS '由谁作废|Who ended them';
COMMENT ON CONSTRAINT sheet_end_plan_present ON city.sheet_end IS '须给方案编码|Names a plan';
