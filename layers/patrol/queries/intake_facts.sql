-- What taking in a track needs to know of the deployment: its metric system, its bounds in degrees, its clock.
SELECT metric_crs, bounds, timezone FROM city.deployment
