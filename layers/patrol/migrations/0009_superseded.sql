-- What a patrol was known to be before its mode, datum, crew or post was corrected, or before it became part of another.
-- Runs: once.  The row keeps how it was said to have gone, and the sightings and flags that were known then, all of them
-- ended: so that what was known at an earlier instant is judged as it was judged. Fixes and legs are the other patrol's.
ALTER TABLE city.patrol
    ADD COLUMN superseded_by bigint REFERENCES city.patrol ON DELETE CASCADE,
    ADD COLUMN superseded_at timestamptz,
    ADD COLUMN superseded_person text,
    ADD CONSTRAINT patrol_superseded_match CHECK ((superseded_by IS NULL) = (superseded_at IS NULL)),
    ADD CONSTRAINT patrol_superseded_apart CHECK (superseded_by <> patrol_id);
CREATE INDEX patrol_superseded ON city.patrol (superseded_by) WHERE superseded_by IS NOT NULL;
COMMENT ON COLUMN city.patrol.superseded_by IS
    '更正后或并入的巡查号,空为现行|Number of the patrol that it was corrected to or is part of; empty while it stands';
COMMENT ON COLUMN city.patrol.superseded_at IS '被取代时间,空为现行|When it was superseded; empty while it stands';
COMMENT ON COLUMN city.patrol.superseded_person IS '由谁更正|Who corrected it';
COMMENT ON CONSTRAINT patrol_superseded_match ON city.patrol IS '被取代的须注明由哪次巡查取代|What is superseded says by which patrol';
COMMENT ON CONSTRAINT patrol_superseded_apart ON city.patrol IS '不可由自己取代|No patrol supersedes itself';
