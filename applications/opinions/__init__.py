"""The pages of somebody outside whom a bureau asks for an opinion, without an account."""
