"""Coverage: which metres, areas and points a track saw, when, and how sure that is."""
