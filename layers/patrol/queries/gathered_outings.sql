-- How some gathered outings are said to have gone: two that differ in this are never made one.  patrol_ids: bigint[].
SELECT p.patrol_id, p.code, p.device, p.crew, p.post_code, p.mode, p.datum_declared AS datum
FROM city.patrol AS p
WHERE p.patrol_id = ANY (%(patrol_ids)s::bigint[])
ORDER BY p.patrol_id
