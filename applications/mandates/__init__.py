"""Who acts for whom in applications: offered, asked for, answered, told."""
