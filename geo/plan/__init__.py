"""Patrol planning (巡查方案): who goes where, what that pays of what is owed, and what it leaves undone.

city          what a plan is made from: the city, the duties and what is owed of them, crews, options
plan          what comes out: routes, pieces, what is promised
problem       between the two: pieces as tasks, places as matrices;  teams: crews as the solver takes them
day           a day's plan;  passing: what is seen on the way;  week: several days;  more: one more crew
change        a plan changed by hand: judged, not solved

tasks         tasks, crews, routes;  solve: the best plan found;  solver/: how
evaluate      what a given order of stops comes to, without solving
nearest       the greedy rule of offices;  bound: what no plan can exceed
arcs          arc routing with a graph in, and routes as sequences of edges out
"""
