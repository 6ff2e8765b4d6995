-- Notes which datum a patrol's positions were found to be in, and how sure that is; where it differs.
UPDATE city.patrol AS p
SET datum_found = %(found)s, datum_odds = %(odds)s::jsonb
WHERE p.patrol_id = %(patrol_id)s
  AND (p.datum_found, p.datum_odds) IS DISTINCT FROM (%(found)s::text, %(odds)s::jsonb)
