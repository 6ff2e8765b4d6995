-- The hours of the duties of some posts, with what says when they are in force.  posts: text[].
SELECT d.code, d.post_code, d.layer, d.interval_days, d.per, d.times, d.first_month, d.last_month, d.hours, d.weekdays,
       d.valid_from::text AS valid_from, d.valid_to::text AS valid_to
FROM city.duty AS d
WHERE d.post_code = ANY (%(posts)s::text[])
ORDER BY d.code, d.valid_from
