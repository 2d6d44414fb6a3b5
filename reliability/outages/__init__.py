"""Outages as the supply company works them: announced, off, restored, each step an entry of the
record, so that no hour of an outage is typed afterwards."""
