"""The pages of those who work for the supply company all day: the list and the case."""
