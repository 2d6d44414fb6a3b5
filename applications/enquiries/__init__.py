"""Questions, about a case or without one, each with a day by which the supply company answers
(咨询)."""
