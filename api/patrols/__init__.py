"""Patrols: taken in once, worked out from their fixes, doubted where there is cause, erased in time."""
