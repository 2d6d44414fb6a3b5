"""Opinions that bind nobody: a bureau asks somebody outside by a link; it decides by itself."""
