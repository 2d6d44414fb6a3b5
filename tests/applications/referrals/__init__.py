"""Applications for other cities."""
