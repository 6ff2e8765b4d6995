-- Which of these views tell a name and a code.  views: such as city.grid_now.
SELECT asked.view, array_agg(a.attname::text) AS columns
FROM unnest(%(views)s::text[]) AS asked(view)
JOIN pg_attribute AS a ON a.attrelid = asked.view::regclass AND a.attnum > 0 AND NOT a.attisdropped
WHERE a.attname IN ('name', 'code')
GROUP BY asked.view
