-- What the first migration fixed for good.
SELECT name, metric_crs, bounds, timezone FROM city.deployment
