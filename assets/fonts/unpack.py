"""Unpack a WOFF2 typeface into TrueType, the same bytes every time."""

import sys

from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1], recalcTimestamp=False)
font.flavor = None
font.save(sys.argv[2])
