-- What posts and crews are called today, for tables that name them.  of: post or crew.
SELECT 'post' AS of, code, name FROM city.post_now WHERE name IS NOT NULL
UNION ALL
SELECT 'crew', code, name FROM city.crew_now WHERE name IS NOT NULL
