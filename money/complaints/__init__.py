"""Complaints about a charge, made from the charge's own line and decided by the regulator, each
with a record and a clock of its own: the case goes on as if there were none
(docs/decisions/0082)."""
