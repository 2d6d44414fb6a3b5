"""Receipts of cases: for every filing, every document received and every decision."""
