"""The applicant's pages: applying, following without an account, one's own cases."""
