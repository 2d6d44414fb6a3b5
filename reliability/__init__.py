"""Outages, customers served, and the reliability indices computed from them."""
