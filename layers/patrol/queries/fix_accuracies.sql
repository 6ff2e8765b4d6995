-- What the fixes of some devices reported of their accuracy, each between two times, both included; as the body of a
-- binary COPY, in any order. Columns: which of the devices, from 1; the time, as the database counts it; metres.
-- devices: text[];  start_s, end_s: Unix seconds, in the same order.
COPY (
    SELECT asked.nth, f.time, f.accuracy_m::double precision
    FROM unnest(%(devices)s::text[], %(start_s)s::double precision[], %(end_s)s::double precision[])
         WITH ORDINALITY AS asked(device, start_s, end_s, nth)
    JOIN city.fix AS f
      ON f.device = asked.device AND f.time BETWEEN to_timestamp(asked.start_s) AND to_timestamp(asked.end_s)
    WHERE f.accuracy_m > 0
) TO STDOUT WITH (FORMAT binary)
