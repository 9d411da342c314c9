"""Measures the importers of exports on exports made for it: how fast, and with how much memory. Knows no window."""
