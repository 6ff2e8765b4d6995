"""Crews and what they carry: devices, their tokens, and where they are."""
