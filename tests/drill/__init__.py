"""The drill: kills the bot again and again and counts, from outside, what was lost and what was said twice."""
