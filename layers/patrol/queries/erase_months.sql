-- Drops the months of fixes before an instant that hold none of a patrol that was not erased; how many.
SELECT city.drop_fix_partitions(%(before)s::timestamptz)
