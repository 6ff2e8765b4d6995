"""Courses: routes over ground and time, what they promise, and what became of them.

paths         the ways between the places of a plan;  timeline: a line with a time at each vertex
routes        routes with stops out of what a solver answers;  directions: how to go, in words
promise       what is owed after the planned lines, by the coverage engine;  walked: planned against walked
"""
