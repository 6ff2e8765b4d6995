-- Forgets the states of duties that are no more, not even ended.
DELETE FROM city.duty_state AS d WHERE NOT EXISTS (SELECT FROM city.duty AS one WHERE one.code = d.duty_code)
