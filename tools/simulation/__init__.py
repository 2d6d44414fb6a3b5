"""A demonstration city at work: `manage.py simulate` (docs/simulation.md)."""
