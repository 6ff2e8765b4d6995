"""Plans of who walks where: asked for, solved by a process of their own, changed by hand, held against what was walked.

body, crews, wish     what is asked for, completed by the registers
city, network, risk   the city as geo.plan takes it
solve                 one plan, from asking to answer;  runner: which process solves which
answer, geojson       what is told of it;  told: to whom
store                 the rows;  news: who follows one as it is solved
changes, result       changed by hand; planned against walked
"""
