-- The deployment's metric system by name: an EPSG code or a PROJ string.
SELECT metric_crs FROM city.deployment
