"""Repair crews by grid cell (网格化抢修): who goes where, and how long it took them."""
