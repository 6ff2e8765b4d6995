"""Plans of who walks where: asked for, solved by a process of their own, changed by hand, held against what was walked.

body, crews, wish     what is asked for, completed by the registers
city, network, risk   the city as geo.plan takes it
solve, in_hand        one plan, from asking to answer, by a process that api/jobs begins (kind)
answer, geojson       what is told of it;  told: to whom
store                 the rows
changes, result       changed by hand; planned against walked
"""
