-- What came in under a key: the digest of what was sent, and the code of the observation that it became.
SELECT k.sha256, o.code
FROM city.observation_key AS k LEFT JOIN city.observation AS o ON o.id = k.observation_id
WHERE k.key = %(key)s
