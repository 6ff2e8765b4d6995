"""Patrol planning (巡查方案): who goes where, what that pays of what is owed, and what it leaves undone.

city       what a plan is made from: the city, the duties and what is owed of them, crews, options
plan       what comes out: routes, pieces, what is promised
"""
