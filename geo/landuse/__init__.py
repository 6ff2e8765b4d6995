"""Land checks: what lies under an outline, how much of it, and what the rules say."""
