"""Changing single features of a layer: as one puts them in by hand, under the same rules as what comes in a file."""
