"""Who is told of outages: of those in the whole city, a district, a street or at a line."""
