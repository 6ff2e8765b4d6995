-- The deployment's bounds (west, south, east, north) and today's date there.
SELECT bounds, current_date AS today FROM city.deployment
