"""Calls to the applicant, and messages between the applicant and the supply company."""
