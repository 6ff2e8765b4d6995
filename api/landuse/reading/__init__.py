"""Outlines as they come: shapes, texts and files, and the coordinate system that they are in."""
