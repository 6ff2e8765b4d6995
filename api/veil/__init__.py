"""What those who may not see persons are told of patrols: other names, and only what was on duty."""
