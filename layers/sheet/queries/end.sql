-- End every link signed for a plan so far.
-- plan: its code;  by: who does so.
INSERT INTO city.sheet_end (plan_code, ended_by) VALUES (%(plan)s, %(by)s)
