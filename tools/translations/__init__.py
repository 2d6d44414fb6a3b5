"""Finds the translatable texts of the code, and compares them with the catalogues.

Done with Babel, because a fresh machine has no GNU gettext.
"""
