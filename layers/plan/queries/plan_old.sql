-- Plans that were kept for so many days after their last day, and of which something is left.
SELECT p.plan_id FROM city.plan AS p
WHERE p.erased_at IS NULL AND p.status NOT IN ('queued', 'solving')
  AND p.days[cardinality(p.days)] < current_date - %(days)s::integer
  AND p.made_at < clock_timestamp() - %(days)s * interval '1 day'
ORDER BY p.plan_id
LIMIT 100
FOR UPDATE SKIP LOCKED
