"""Temporary supply for rent (租赁共享, plan 3(3)1): the register of units, and their days."""
