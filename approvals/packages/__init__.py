"""The one application package of a line: route, attachments, schedule and contractor, once for all
bureaus (一件事一次办)."""
