"""Patrol planning (巡查方案): who goes where, what that pays of what is owed, and what it leaves undone.

city          what a plan is made from: the city, the duties and what is owed of them, crews, options
plan          what comes out: routes, pieces, what is promised
problem       between the two: pieces as tasks, places as matrices;  day: a plan of it, for a day or several

tasks         tasks, crews, routes;  solve: the best plan found;  solver/: how
evaluate      what a given order of stops comes to, without solving
nearest       the greedy rule of offices;  bound: what no plan can exceed
arcs          arc routing with a graph in, and routes as sequences of edges out
"""
