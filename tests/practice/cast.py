"""The default cast by name."""

from practice.cast import JADE, KAI, NADIA, PRIYA, RUTH, TOM

BOT = 1234567

__all__ = ["BOT", "JADE", "KAI", "NADIA", "PRIYA", "RUTH", "TOM"]
