"""Supply contracts of low voltage: the text, its signature, and the PDF that is kept."""
