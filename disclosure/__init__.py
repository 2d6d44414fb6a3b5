"""Public pages and open data: standards, fees, capacity, outages, reliability."""
