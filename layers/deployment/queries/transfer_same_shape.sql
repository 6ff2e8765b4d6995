-- Part of transfer_plan: whether the file's shape and the stored one are alike. Only the wrapping of one part as a
-- multi-part, or the start, direction and order of rings may differ, since formats have their own ideas of these; and
-- points repeated in the stored one, which were taken out of the file's on the way in. A point within 0.1 mm is in its
-- place: some spreadsheets keep 15 digits of a longitude.
CASE
    WHEN GeometryType(s.geom) = 'POINT' AND GeometryType(t.geom) = 'POINT'
        THEN abs(ST_X(s.geom) - ST_X(t.geom)) < 1e-9 AND abs(ST_Y(s.geom) - ST_Y(t.geom)) < 1e-9
    WHEN ST_OrderingEquals(s.geom, t.geom) THEN true
    WHEN ST_OrderingEquals(ST_Multi(s.geom), ST_Multi(ST_RemoveRepeatedPoints(t.geom))) THEN true
    WHEN ST_Dimension(s.geom) = 2
        THEN ST_OrderingEquals(
            ST_Normalize(ST_Multi(s.geom)), ST_Normalize(ST_Multi(ST_RemoveRepeatedPoints(t.geom)))
        )
    ELSE false
END
