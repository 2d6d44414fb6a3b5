"""What is late, for those who watch over the city's connections; nothing here changes a case."""
