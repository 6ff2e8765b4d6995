-- Line targets whose sightings or whose selves go with the sample: (layer, code) of each.
WITH sample_edition AS (
    SELECT edition_id FROM city.edition WHERE sample
)
SELECT s.layer, s.target_code AS code
FROM city.sighting AS s JOIN city.patrol AS p USING (patrol_id)
WHERE p.edition_id IN (SELECT edition_id FROM sample_edition)
UNION
SELECT 'bank', b.code FROM city.bank AS b WHERE b.edition_id IN (SELECT edition_id FROM sample_edition)
UNION
SELECT 'road', r.code FROM city.road AS r WHERE r.edition_id IN (SELECT edition_id FROM sample_edition)
