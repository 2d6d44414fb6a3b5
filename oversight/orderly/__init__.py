"""Orderly use of electricity (有序用电): the city's plan for a season, those of its districts with
a day by which each is handed in, and what was carried out of it, by the record's own time."""
