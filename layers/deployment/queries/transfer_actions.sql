-- What is to become of each staged row.
SELECT number, action FROM pg_temp.transfer_plan ORDER BY number
