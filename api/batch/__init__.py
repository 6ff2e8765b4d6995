"""Batch runs: stored patrols worked out anew, part by part, in this process or on others."""
