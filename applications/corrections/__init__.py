"""Correcting name and number of a filed case: proposed, compared with a document, decided."""
