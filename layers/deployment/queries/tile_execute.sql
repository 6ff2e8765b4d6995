-- Draws a tile by a statement that was prepared.  {statement}: its name;  {values}: of its parameters, in their order.
-- within: how long it may take, as statement_timeout has it.
-- Planned once, not for each tile: every tile of the layers has the same shape of plan, and planning a dozen layers takes
-- longer than drawing them where little is.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true);
SELECT set_config('statement_timeout', %(within)s, true);
EXECUTE {statement}({values})
