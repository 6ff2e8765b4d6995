"""The network (路网) that crews move on: ways noded where they meet, times by mode, shortest paths, islands."""
