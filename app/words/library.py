"""Sentences of the library. Plain words; what happens next; no jargon."""

LIBRARY = "Library"
LEAD = "Everything you brought in. See it, clean it, and decide what your bot learns from."
