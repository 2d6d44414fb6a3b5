"""Complaints of enterprises that their supply was interrupted wrongly (违规拉闸断电), each decided
by the regulator by its day; what an upheld one leads to is an order of the regulator."""
