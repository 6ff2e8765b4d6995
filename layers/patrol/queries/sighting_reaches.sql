-- The reaches, in metres, for which there are sightings.
SELECT DISTINCT s.reach_m::double precision AS reach_m FROM city.sighting AS s WHERE s.known_to IS NULL ORDER BY 1
