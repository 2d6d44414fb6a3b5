"""What has a record and one clock of its own, is open until a step ends it, and is listed by the
time left: questions (`enquiries/`), follow-ups of low ratings (`follow_ups/`), complaints about
charges (money/complaints), and reports from the public (reliability/reports)."""
