"""What screens are told as it happens: events, who may be told them, and streams that never hold more than a little."""
