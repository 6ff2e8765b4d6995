"""Batches of land checks: every outline of a file apart, in a process of its own that goes on from where it was."""
