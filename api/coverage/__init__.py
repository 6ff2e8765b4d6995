"""Coverage: how much of each target was seen in a period, by target, reach, community, water or post."""
