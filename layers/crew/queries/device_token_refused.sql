-- Notes positions that belong to no outing.  count: how many; why: the reason of most of them.
UPDATE city.device_token SET refused = refused + %(count)s, refused_at = clock_timestamp(), refused_why = %(why)s
WHERE device_token_id = %(token_id)s
