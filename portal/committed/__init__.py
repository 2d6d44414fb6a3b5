"""What rows say of acts is what the record's entries commit to: values against the sealed data,
instants against the entries' own. What was forgotten with its salt is passed over."""
