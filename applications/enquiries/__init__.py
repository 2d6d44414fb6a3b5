"""Questions about a case, each with a day by which the supply company answers (咨询)."""
