"""The supply plan: lines of works and costs, who pays and builds each, and how long it holds."""
