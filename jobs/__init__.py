"""Time (or an event) asks: what is done by the clock, and how effects get out."""
