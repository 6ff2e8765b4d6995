"""Land checks: what an outline lies on, what that means, and since when that was known."""
