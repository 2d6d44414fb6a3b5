"""The desk of the regulator and the lead agency: what is late, findings, orders."""
