-- Issues a token of a device; only its digest is stored.
INSERT INTO city.device_token (sha256, device) VALUES (%(sha256)s, %(device)s) RETURNING device_token_id
