-- The crews of today of which a person is a member or that go out for this post.
SELECT c.code
FROM city.crew_now AS c
WHERE c.post_code = %(post)s OR %(person)s = ANY (regexp_split_to_array(c.members, '[、,,;;[:space:]]+'))
