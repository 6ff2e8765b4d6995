-- Observations as the acting person may see them. Notes may name people, so that they are for those who work with
-- them; names of persons, and whose patrol it was, are for those who patrol and dispatch. Everyone else sees kind, place,
-- time and state.
-- Runs: on every deployment (replaces itself, and the view that city.keep_history makes).
-- Whoever reads the tables' rows through the views sees what the transaction's huashan.role allows; no role, nothing.
CREATE OR REPLACE FUNCTION city.acts_as(VARIADIC roles text[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN COALESCE(string_to_array(current_setting('huashan.role', true), ',') && roles, false);
COMMENT ON FUNCTION city.acts_as(text[]) IS 'Whether the transaction acts in one of these roles; false where it names none.';

-- Each question is a subquery, so that it is asked once a statement and not once a row.
CREATE OR REPLACE VIEW city.observation_now AS
SELECT o.id, o.code,
       CASE WHEN (SELECT city.acts_as('analyst', 'patroller', 'dispatcher', 'landuse', 'admin')) THEN o.name END AS name,
       o.family, o.kind, o.grade, o.source, o.found_at,
       CASE WHEN (SELECT city.acts_as('analyst', 'patroller', 'dispatcher', 'landuse', 'admin')) THEN o.place END AS place,
       CASE WHEN (SELECT city.acts_as('analyst', 'patroller', 'dispatcher', 'landuse', 'admin')) THEN o.note END AS note,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN o.reporter END AS reporter,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN o.patrol_code END AS patrol_code,
       o.state, o.post_code, o.due_at, o.settled_at,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN o.settled_by END AS settled_by,
       o.provenance, o.edition_id, o.valid_from, o.valid_to, o.known_from, o.known_to,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN o.made_by END AS made_by,
       o.geom, o.geom_3857
FROM city.observation AS o
WHERE o.valid_from <= current_date AND (o.valid_to IS NULL OR o.valid_to > current_date);
SELECT city.copy_comments('city.observation', 'city.observation_now');

CREATE OR REPLACE VIEW city.observation_version AS
SELECT v.id, v.code,
       CASE WHEN (SELECT city.acts_as('analyst', 'patroller', 'dispatcher', 'landuse', 'admin')) THEN v.name END AS name,
       v.family, v.kind, v.grade, v.source, v.found_at,
       CASE WHEN (SELECT city.acts_as('analyst', 'patroller', 'dispatcher', 'landuse', 'admin')) THEN v.place END AS place,
       CASE WHEN (SELECT city.acts_as('analyst', 'patroller', 'dispatcher', 'landuse', 'admin')) THEN v.note END AS note,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN v.reporter END AS reporter,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN v.patrol_code END AS patrol_code,
       v.state, v.post_code, v.due_at, v.settled_at,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN v.settled_by END AS settled_by,
       v.known_from, v.known_to,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN v.made_by END AS made_by,
       v.geom
FROM (
    SELECT id, code, name, family, kind, grade, source, found_at, place, note, reporter, patrol_code, state, post_code,
           due_at, settled_at, settled_by, known_from, known_to, made_by, geom
    FROM city.observation
    UNION ALL
    SELECT id, code, name, family, kind, grade, source, found_at, place, note, reporter, patrol_code, state, post_code,
           due_at, settled_at, settled_by, known_from, known_to, made_by, geom
    FROM city.observation_history
) AS v;
COMMENT ON VIEW city.observation_version IS '发现的各个版本|Every version of every observation';
SELECT city.copy_comments('city.observation', 'city.observation_version');
