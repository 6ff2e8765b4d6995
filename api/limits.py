"""How much one request may ask for."""

POOL_SIZE = 12
POOL_WAIT_S = 10
CONNECT_S = 5
STATEMENT_S = 20
LOCK_S = 5
SEARCH_S = 3
EDIT_LOCK_S = 15
IDLE_S = 60
"""A reader who stops taking its answer keeps a transaction open no longer than this."""

HEAVY_AT_ONCE, HEAVY_EACH, HEAVY_WAITING = 8, 3, 60
"""Questions that take seconds: side by side, side by side of one person, and of one person with those that wait."""

MAX_BODY_BYTES = 32 * 2**20
BODY_BYTES = {"/session": 4096}
"""Where a body may be no longer than this."""
MAX_PATH_CHARS = 2048
MAX_QUERY_CHARS = 8192
MAX_FEATURES = 50_000
PAGE_FEATURES = 10_000
"""Of a page of features; more are on the next."""
FILE_FEATURES = 1_000_000
FILES_AT_ONCE = 4
"""A third of the pool: whoever fetches whole layers leaves connections to maps and patrols."""
COUNTED_FEATURES = 10_000
"""Up to here what matches is counted, and beyond it is not said how many there are."""
MAX_TILE_LAYERS = 32
MAX_ZOOM = 22
TILES_AT_ONCE = 4
"""Drawn side by side by one server, on connections of their own: whatever a map asks for, the rest is answered, too."""
TILES_WAITING = 1000
NARROWED_AT_ONCE, NARROWED_WAITING, NARROWED_S = 2, 100, 5
"""The same of tiles with conditions, each drawn in so many seconds or not at all."""
TILE_CACHE_BYTES = 256 * 2**20
TILE_FEATURES = 30_000
"""Of one layer on one tile."""
TILE_BYTES = 500_000
"""Of a tile, compressed by gzip."""
LIVE_STREAMS = 500
"""Screens that one server tells what happens."""
LIVE_WAITING_EVENTS = 256
LIVE_WAITING_BYTES = 2**19
"""What waits for one screen; beyond it, it is told that it missed something."""
LIVE_KEPT_EVENTS = 4096
LIVE_KEPT_BYTES = 8 * 2**20
"""What is kept for screens that come back."""
LIVE_STALLED_S = 40.0
"""A screen that takes nothing for so long is gone."""
