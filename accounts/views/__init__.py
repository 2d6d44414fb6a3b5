"""Pages of accounts: the way in (entry), one's own account (own), looking after people (people)."""
