"""The morning's report of a run: what it reached, what it wrote, what happened in the night, what to try next.

story.py gathers it as data, advice.py says what to try, plot.py draws the curve, page.py is one HTML file of all.
"""
