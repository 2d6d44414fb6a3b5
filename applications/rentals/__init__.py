"""Rentals (租赁共享): units of temporary supply, asked for within an application for it."""
