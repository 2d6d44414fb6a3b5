"""Done with Babel, because a fresh machine has no GNU gettext."""
