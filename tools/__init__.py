"""Development tools around the portal; nothing of the portal imports them."""
