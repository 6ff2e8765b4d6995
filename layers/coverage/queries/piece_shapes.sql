-- Pieces of features as GeoJSON, 4490: a range of a line's chainage in centimetres, or the whole where the ends are NULL.
-- {table}: such as city.bank_now.  codes, from_cm, to_cm: in the same order; place: from 0.
SELECT asked.place::integer - 1 AS place,
       ST_AsGeoJSON(
           CASE WHEN asked.from_cm IS NULL THEN t.geom
                ELSE city.line_part(t.geom, int4multirange(int4range(asked.from_cm, asked.to_cm))) END, 7, 0
       ) AS shape
FROM unnest(%(codes)s::text[], %(from_cm)s::integer[], %(to_cm)s::integer[]) WITH ORDINALITY
     AS asked(code, from_cm, to_cm, place)
JOIN {table} AS t ON t.code = asked.code
ORDER BY asked.place
