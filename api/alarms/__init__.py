"""Alarms: the rules by which they are raised, what stands, and who took note of it."""
