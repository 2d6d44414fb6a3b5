"""Design review and inspections, item by item: what was looked at, what was found, what is open."""
