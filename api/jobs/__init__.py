"""Work too long for a request: asked for, done by a process of its own outside the server, followed, stopped, kept.

kind      what a kind of job is: its table, its program, how long it may take
waiting   how many may be open; having one stop
runner    which process does which, what becomes of one that dies
process   what such a process begins and ends with;  in_hand: one job that it has in hand
news      who follows one as it is done;  office: the two of one server
"""
