-- How many staged rows have which action.
SELECT action, count(*) AS rows FROM pg_temp.transfer_plan GROUP BY action
