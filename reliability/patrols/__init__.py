"""Patrols of the grid's elements (设备巡视), and the defects that are found on them."""
