"""Duties: what had to be seen how often, what was done of it, and what is overdue by how much.

    duty          what a duty asks for: rhythm, season, hours, settlers, modes, tests, the rule of an effective patrol
    records       sightings, visits, patrols and flags as columns
    calendar      local days, periods, seasons and hours as spans of time;  clock: one that rests out of season
    counting      which sightings count for a duty
    scope         what a duty covers, and when each piece of it was last seen;  sweep: the loop that keeps it
    debt          metre-days and on-time share, in closed form;  account: the same in one call, version by version
    effective     which patrols were effective, and why others were not;  credit: one walk, many duties
    performance   what was due and what was done, with dates and reasons;  full_cover: whether all was seen by then
    curve         how many patrols a week it needs
    same_side     what was seen across the water, and does not count;  own_side: what a track saw, less that

Everything is given: sightings, duties, times, the time zone. Nothing here reads a clock or a database.
"""
