"""The indices of reliability: how interruptions are counted (`joining`, `counting`), whom they are
divided by (`customers`), by which formulas (`formulas`, `major`), and what is read (`queries`)."""
