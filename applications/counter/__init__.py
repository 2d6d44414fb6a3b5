"""The customer of a counter as a person in the case: what is confirmed, and at which counter."""
