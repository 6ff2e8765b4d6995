"""Duties as rows become duties as values: checked against what there is, their targets found, read for a period."""
