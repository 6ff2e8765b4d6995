"""Observations: what was found at a place, handed in, handed on and settled, with photos that prove it."""
