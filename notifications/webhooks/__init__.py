"""Other people's systems that follow outages: each at an address that the operator allows, told by
signed webhooks (standardwebhooks.com)."""
