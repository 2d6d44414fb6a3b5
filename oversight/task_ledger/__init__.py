"""The task ledger (工作台账) of the city, of each district and of the supply company."""
