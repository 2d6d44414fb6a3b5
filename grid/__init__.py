"""Grid data the supply company publishes: the fee catalogue and open capacity."""
