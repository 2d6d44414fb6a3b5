"""One thing told to a great many people: who they were when it happened, sent batch by batch."""
