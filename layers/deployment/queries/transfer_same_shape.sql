-- Part of transfer_plan: whether the file's shape and the stored one are alike. Only the wrapping of one part as a
-- multi-part, or the start, direction and order of rings may differ, since formats have their own ideas of these; and
-- points repeated in the stored one, which were taken out of the file's on the way in.
CASE
    WHEN ST_OrderingEquals(s.geom, t.geom) THEN true
    WHEN ST_OrderingEquals(ST_Multi(s.geom), ST_Multi(ST_RemoveRepeatedPoints(t.geom))) THEN true
    WHEN ST_Dimension(s.geom) = 2
        THEN ST_OrderingEquals(
            ST_Normalize(ST_Multi(s.geom)), ST_Normalize(ST_Multi(ST_RemoveRepeatedPoints(t.geom)))
        )
    ELSE false
END
