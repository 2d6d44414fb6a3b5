"""What a provider says that was paid on a day, beside what we have: every day, and each difference
until somebody has explained it, or it is none any more."""
