"""Rows that are published: draft, preview, all or nothing, history, columns, CSV."""
