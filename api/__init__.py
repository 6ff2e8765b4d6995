"""Who may ask for it: the HTTP API, the command line and the screen, joining layers and geo."""
