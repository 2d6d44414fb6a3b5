"""Materials and meters for a case, ordered of the supply chain's system (现代智慧供应链)."""
