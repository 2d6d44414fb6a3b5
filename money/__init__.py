"""What a connection may cost: the fee catalogue, and what a charge says."""
