"""A client of identity services by OpenID Connect Core 1.0: signing in, and the face check."""
