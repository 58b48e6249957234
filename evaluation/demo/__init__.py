"""The demo year: invented holders, hospitals and people, and what they did, told through the project's own services."""
