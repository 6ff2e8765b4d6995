-- Somebody takes note of an alarm.
INSERT INTO city.alarm_note (rule_code, layer, code, since, noted_by, remark)
VALUES (%(rule_code)s, %(layer)s, %(code)s, %(since)s, %(noted_by)s, %(remark)s)
RETURNING noted_by, remark, made_by, made_at
