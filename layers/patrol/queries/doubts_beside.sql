-- The patrols of the same device or crew that were out at the same time.  start_s, end_s: Unix seconds, both included.
-- also: bigint[], of which those of the device or crew are answered whenever they were out. No patrol lasts longer than three days.
SELECT p.patrol_id, p.mode, p.device = %(device)s AS same_device, d.accuracy_m AS device_accuracy_m, p.started_at,
       p.ended_at
FROM city.patrol AS p
LEFT JOIN city.device_now AS d ON d.code = p.device
WHERE p.patrol_id <> %(patrol_id)s AND p.worked_at IS NOT NULL AND p.superseded_at IS NULL
  AND (p.device = %(device)s OR p.crew = %(crew)s)
  AND (p.patrol_id = ANY (%(also)s::bigint[])
       OR p.started_at BETWEEN to_timestamp(%(start_s)s) - interval '3 days' AND to_timestamp(%(end_s)s)
       AND p.ended_at >= to_timestamp(%(start_s)s))
ORDER BY p.patrol_id
