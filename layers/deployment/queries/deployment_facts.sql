-- What the deployment is called, where it lies and which clock it keeps, and the time now.
SELECT name, timezone, bounds, now() AS now FROM city.deployment
