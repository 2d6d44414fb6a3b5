"""Who has which high-voltage case: two managers of the grid cell of its address (网格化)."""
