-- Tokens of screens.
-- Runs: once.
ALTER TABLE city.token ADD COLUMN kiosk boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN city.token.kiosk IS
    '是否大屏令牌:屏前是谁不得而知,只可查看和确认告警|Whether it is a screen''s: nobody knows who stands before it, so that it reads and takes note of alarms alone';
