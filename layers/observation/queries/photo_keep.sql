-- Remembers a photo once, whoever sent it first, and that it shows this observation. Whether that is news.
WITH kept AS (
    INSERT INTO city.photo (sha256, size_bytes, media_type, width, height, taken_at, lon, lat)
    VALUES (%(sha256)s, %(size_bytes)s, %(media_type)s, %(width)s, %(height)s, %(taken_at)s, %(lon)s, %(lat)s)
    ON CONFLICT DO NOTHING
)
INSERT INTO city.observation_photo (observation_id, sha256, shows)
VALUES (%(observation_id)s, %(sha256)s, %(shows)s)
ON CONFLICT DO NOTHING
RETURNING sha256
