"""Duties: what had to be seen how often, what was done of it, and what is overdue by how much."""
