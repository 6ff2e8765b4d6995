-- The duties that hold today, as a table to hand out and to take in again.
SELECT code, name, post_code, layer, targets, target_codes, within_code, interval_days, per, times, first_month,
       last_month, least_share, full_cover, hours, weekdays, settled_by, delegates, modes, reach_m, bound, same_side,
       test_distance_m, test_dwell_s, test_share, test_road_share, min_minutes, min_metres, min_gap_hours, flagged_count,
       rule, citation, provenance, valid_from, valid_to
FROM city.duty_now
ORDER BY code
