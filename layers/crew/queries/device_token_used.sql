-- Notes that a token was used. Written once a minute at most.
UPDATE city.device_token SET last_used_at = now() WHERE device_token_id = %(token_id)s
