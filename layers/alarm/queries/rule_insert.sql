-- A new rule.
INSERT INTO city.alarm_rule (code, name, name_en, kind, layer, post_code, threshold, grade, enabled)
VALUES (%(code)s, %(name)s, %(name_en)s, %(kind)s, %(layer)s, %(post_code)s, %(threshold)s, %(grade)s, %(enabled)s)
