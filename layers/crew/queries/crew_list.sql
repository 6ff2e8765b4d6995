-- The crews of today, with how many devices they carry.
-- person, post: only the crews of which this person is a member or that go out for this post; NULL in both for all.
SELECT c.code, c.name, c.mode, c.post_code, c.hours_from::text, c.hours_to::text, c.members,
       (SELECT count(*) FROM city.device_now AS d WHERE d.crew_code = c.code) AS devices
FROM city.crew_now AS c
WHERE %(person)s::text IS NULL
   OR c.post_code = %(post)s
   OR %(person)s = ANY (regexp_split_to_array(c.members, '[、,,;;[:space:]]+'))
ORDER BY c.code
