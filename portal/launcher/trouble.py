"""What goes wrong at a start is told in one sentence with the way out, never as a traceback."""


class Trouble(Exception):
    """Something keeps the portal from starting. The message says what, and what to do about it."""
