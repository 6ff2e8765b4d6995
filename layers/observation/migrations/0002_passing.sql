-- What the field says of ways: that one cannot pass, and that a bank may be walked. An office may have kinds so called.
-- Runs: once.
INSERT INTO city.observation_kind (family, code, zh, en, rank) VALUES
    ('facility', 'cannot_pass', '无法通行', 'Cannot pass', 133),
    ('facility', 'can_pass', '可以通行', 'Can be walked', 134)
ON CONFLICT DO NOTHING;
