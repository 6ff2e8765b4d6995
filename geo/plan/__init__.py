"""Plans: who walks where, in which order, and what stays undone.

tasks         tasks, crews, routes;  whole: the same in whole metres and seconds, as tables
solve         the solver, on PyVRP;  pyvrp_model: the tables as its model;  insertion: what still fits is put in
evaluate      what a given order of stops comes to, without solving
nearest       the greedy rule of offices;  bound: what no plan can exceed
arcs          arc routing with a graph in, and routes as sequences of edges out
"""
