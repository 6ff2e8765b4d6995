-- By when patrols ended, so that the last of those that started before an instant is found at once.
-- Runs: once.
CREATE INDEX patrol_ended ON city.patrol (ended_at);
