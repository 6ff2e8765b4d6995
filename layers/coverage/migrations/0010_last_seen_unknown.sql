-- Which pieces of a line nobody can tell of whether they were ever seen, beside those that never were.
-- Runs: once.  What stands is told as unknown where any of it is, until its line is worked out again: "never" would be a claim.
ALTER TABLE city.last_seen
    ADD COLUMN unknown boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT last_seen_unknown_untimed CHECK (NOT (unknown AND last_at IS NOT NULL));
UPDATE city.last_seen AS l SET unknown = true
WHERE l.last_at IS NULL AND EXISTS (
    SELECT FROM city.unknown_span AS u
    WHERE u.layer = l.layer AND u.target_code = l.target_code AND u.known_to IS NULL AND u.span && l.span
);
-- Where it is there already, it is made again on deployment, with other columns.
DROP VIEW IF EXISTS city.last_seen_now;
COMMENT ON COLUMN city.last_seen.unknown IS
    '是否不知道:岸线改变前的轨迹已删除|Whether nobody can tell: the line changed after tracks were erased';
