"""Applications for another city (跨市通办): taken in here, passed on sealed, never a case here."""
