"""Permits granted on a commitment (告知承诺) or only filed (备案): what is committed to, by whom,
the bureau's check afterwards, revocation, and what it means for the company's next ones."""
