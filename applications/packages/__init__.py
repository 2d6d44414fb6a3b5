"""Where the supply company prepares the application package of a case's line."""
