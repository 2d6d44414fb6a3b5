"""Receipts: what one entry of the record says, with everything that it takes to check it alone."""
