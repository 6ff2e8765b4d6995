-- Notes that tokens were used. Written now and then, for many at once: not at each request.
UPDATE city.token SET last_used_at = now() WHERE token_id = ANY (%(token_ids)s)
