"""Honesty of tracks: what makes one doubtful, with the evidence. A flag leaves nothing out; rules decide what counts.

drive_by      walked or ridden by bicycle, it says, but gone faster than anybody walks or may ride
replay        an earlier track handed in again: the same places at the same pace
two_places    one device, or one crew, in two places at once
left_lying    a phone that lies still while the minutes are counted
clock         a device whose clock is wrong

Each module has one function that answers a list of flags (honesty.flags.Flag); a clean track has none.
"""
