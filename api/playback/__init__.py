"""Patrols seen again: where they went, what grew as they went, and what is known of one metre."""
