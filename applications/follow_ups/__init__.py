"""A low rating is followed up: put right, and whoever gave it spoken to, within a limit (回访)."""
