-- How land classes are drawn.
-- Runs: on every deployment (replaces itself). Not STRICT, so that it becomes part of a statement: called for each of
-- 30,000 parcels of a tile it would take a sixth of a second.
CREATE OR REPLACE FUNCTION city.landuse_family(scheme text, class_code text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN scheme = 'land_sea' THEN
        CASE left(class_code, 2)
            WHEN '01' THEN 'crop'
            WHEN '02' THEN 'orchard'
            WHEN '03' THEN 'forest'
            WHEN '04' THEN 'grass'
            WHEN '05' THEN 'wetland'
            WHEN '12' THEN 'traffic'
            WHEN '24' THEN 'water'
            ELSE CASE
                WHEN left(class_code, 2) BETWEEN '17' AND '22' THEN 'water'
                WHEN left(class_code, 2) BETWEEN '07' AND '16' THEN 'built'
                ELSE 'other'
            END
        END
    WHEN left(class_code, 4) IN ('0303', '0304', '0306', '0402', '1105', '1106', '1108') THEN 'wetland'
    ELSE
        CASE left(class_code, 2)
            WHEN '01' THEN 'crop'
            WHEN '02' THEN 'orchard'
            WHEN '03' THEN 'forest'
            WHEN '04' THEN 'grass'
            WHEN '10' THEN 'traffic'
            WHEN '11' THEN 'water'
            ELSE CASE WHEN left(class_code, 2) BETWEEN '05' AND '09' THEN 'built' ELSE 'other' END
        END
END;
COMMENT ON FUNCTION city.landuse_family(text, text) IS
    'Which of nine families a land class is drawn as: crop, orchard, forest, grass, wetland, built, traffic, water, other.';
