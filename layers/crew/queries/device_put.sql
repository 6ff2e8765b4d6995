-- Makes a device, or gives the one of that code today another crew, name, datum or error. NULL: as it was.
WITH known AS (
    UPDATE city.device AS d
    SET crew_code = COALESCE(%(crew)s, d.crew_code), name = COALESCE(%(name)s, d.name),
        datum = COALESCE(%(datum)s, d.datum), accuracy_m = COALESCE(%(accuracy_m)s, d.accuracy_m)
    WHERE d.code = %(code)s AND daterange(d.valid_from, d.valid_to) @> current_date
    RETURNING d.id
)
INSERT INTO city.device (code, name, crew_code, datum, accuracy_m)
SELECT %(code)s, %(name)s, %(crew)s, COALESCE(%(datum)s, 'wgs84'), %(accuracy_m)s
WHERE NOT EXISTS (SELECT FROM known)
