"""Tracks: which fixes to believe, the legs they make, the datum they lie in, and whether they are honest."""
