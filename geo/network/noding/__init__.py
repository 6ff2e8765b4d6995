"""Noding: lines cut where they meet, and what nearly meets drawn together."""

from geo.network.noding.rounds import TOLERANCE_M, node

__all__ = ["TOLERANCE_M", "node"]
