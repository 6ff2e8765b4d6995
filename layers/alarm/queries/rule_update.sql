-- A rule from now on; what it was before is kept as history.
UPDATE city.alarm_rule
SET name = %(name)s, name_en = %(name_en)s, kind = %(kind)s, layer = %(layer)s, post_code = %(post_code)s,
    threshold = %(threshold)s, grade = %(grade)s, enabled = %(enabled)s
WHERE code = %(code)s
