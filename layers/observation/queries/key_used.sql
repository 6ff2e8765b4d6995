-- Remembers which observation a key stands for.
UPDATE city.observation_key SET observation_id = %(observation_id)s WHERE key = %(key)s
