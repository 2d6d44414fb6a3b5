"""One window for all bureaus (一窗受理、统一出件): what the service hall that has a case takes in
of a permit, and what it gives out; the bureaus accept and decide."""
