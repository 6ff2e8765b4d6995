"""Tracks as they come: from files, programs and phones, read and checked, before anything is believed."""
