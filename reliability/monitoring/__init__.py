"""What the grid company's monitoring systems tell of its elements, and the faults that follow from
it: suggestions, of which staff make outages (docs/monitoring.md)."""
