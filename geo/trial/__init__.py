"""Plans tried out: simulated crews that go them, rules that send crews out, and what a month of either leaves undone."""
