"""What the supply company spends on a case, so that "zero" can be shown in yuan (plan 3(3)2)."""
