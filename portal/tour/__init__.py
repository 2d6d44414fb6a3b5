"""A walk of one case of every kind through a running portal, over HTTP only."""
