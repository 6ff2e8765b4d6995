-- Patrols that passed some of the same cells, no more than so many of them, in no order.
-- Runs: on every deployment (replaces itself).  cells: of 100 m, numbered by geo.tracks.honesty.
-- By the index alone: without statistics every trace would be read, a second and more for 40,000.
CREATE OR REPLACE FUNCTION city.same_way(cells bigint[], most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1000 SET enable_seqscan = off AS $$
    SELECT t.patrol_id FROM city.patrol_trace AS t WHERE t.cells && $1 LIMIT $2
$$;
COMMENT ON FUNCTION city.same_way IS
    '经过同一些方格的巡查,至多若干次|Patrols that passed some of the same cells, at most so many';
