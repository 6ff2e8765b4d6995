"""Plans tried out: walkers who go them, rules that send crews out, and what a month of each leaves undone."""
