"""What the public reports: power that is out, dangerous works near lines, illegal works and use;
each with a record and a clock of its own (docs/decisions/0092)."""
