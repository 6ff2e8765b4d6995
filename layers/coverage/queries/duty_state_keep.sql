-- Keeps the state of a duty at an instant, in place of an older one.  made_at: when reading for it began.
INSERT INTO city.duty_state (
    duty_code, layer, effective, at, made_at, signature, target_codes, targets, from_cm, to_cm, last_s, last_effective
)
VALUES (
    %(duty_code)s, %(layer)s, %(effective)s, %(at)s::timestamptz, %(made_at)s::timestamptz,
    %(signature)s, %(target_codes)s::text[], %(targets)s::integer[], %(from_cm)s::integer[], %(to_cm)s::integer[], %(last_s)s::double precision[],
    %(last_effective)s::jsonb
)
ON CONFLICT (duty_code, layer, effective, at) DO UPDATE SET
    made_at = EXCLUDED.made_at, signature = EXCLUDED.signature, target_codes = EXCLUDED.target_codes,
    targets = EXCLUDED.targets, from_cm = EXCLUDED.from_cm, to_cm = EXCLUDED.to_cm, last_s = EXCLUDED.last_s,
    last_effective = EXCLUDED.last_effective
