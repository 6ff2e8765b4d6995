"""Inside the solver: plans in whole numbers, as PyVRP's model, and the search on it.

checks        what cannot be planned, refused in words;  rounding: metres and seconds in whole numbers
whole         tasks and crews as tables;  must: each crew's breaks and appointments in an order that holds
pyvrp_model   the tables as PyVRP's model;  search: its local search, set up for plans
insertion     what still fits is put in (its loop compiled);  start: an old plan as where the search begins
needs         what tasks take of a crew at least
graph         the graph of `arcs`, and shortest paths in it
"""
