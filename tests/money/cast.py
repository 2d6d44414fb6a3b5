"""Charges, payments and refunds in tests, by the real acts of the real people."""

from typing import Final

#: One item for two sources only, and one of a guided price on request.
FEES: Final = """\
code,item,payer,kinds,purposes,payees,unit,rate,nature,legal_basis,from_date,until_date
DUAL,High reliability,Two sources,hv_dual,,GD,CNY/kVA,12.5,government_set,Order 1,2021-01-01,
BOTH,Test on request,Who asks,hv_single;hv_dual,,GD;GC,CNY,600,government_guided,Order 2,2021-01-01,
"""
