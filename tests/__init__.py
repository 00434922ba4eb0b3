"""How we know that it works: mirrors the rooms, plus whole journeys."""
