"""Pieces: what is worth going for on a day, how it can be gone for, and who may.

worth         what is owed, and what a metre of it is worth;  settle: which crews pay it, in which hours
ground        the targets made ready to be seen;  sight: what is seen from each part of the network
cover         which parts to walk, each owed place given to one;  chains: short walks made one;  lines: all of that
wholes        stops for what is settled whole;  rounds: walks through areas of which a share is to be seen
starts        where crews join the network, and what they can get to;  reasons: why nobody can go for something
doubt         what surely and possibly holds of a visit that is tested by distance or dwell
work          a walk and what it pays;  alternatives: in which ways it can be gone;  told: works as pieces
"""
