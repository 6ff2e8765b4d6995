"""Vector tiles: what was asked, how it is drawn, and how answers are kept without ever being stale."""
