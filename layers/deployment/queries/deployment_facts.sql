-- What the deployment is called, where it lies, which clock it keeps and which system it measures in, and the time now.
SELECT name, timezone, bounds, metric_crs, now() AS now FROM city.deployment
