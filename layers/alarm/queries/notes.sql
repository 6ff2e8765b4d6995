-- The newest acknowledgement of each rule and thing up to an instant; at: NULL for now.
SELECT DISTINCT ON (n.rule_code, n.layer, n.code) n.rule_code, n.layer, n.code, n.noted_by, n.remark, n.made_by, n.made_at
FROM city.alarm_note AS n
WHERE n.rule_code = ANY (%(rules)s) AND n.made_at <= COALESCE(%(at)s::timestamptz, 'infinity')
ORDER BY n.rule_code, n.layer, n.code, n.made_at DESC
