"""The pages on which anybody reports something (reliability/reports), with an account or a phone
that has shown a code, and reads what came of it."""
