"""Places along lines: chainage in metres and centimetres, and sets of ranges."""
