"""Patrols: reading tracks, taking them in once, and what they saw of the lines."""
