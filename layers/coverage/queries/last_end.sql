-- Until when those patrols were out that started before an instant, Unix seconds; NULL for none.
-- before: the instant.
SELECT extract(epoch FROM city.last_end(%(before)s::timestamptz))::double precision AS ended_s
