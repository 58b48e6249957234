"""Facts on real products as public sources name them; loaded on request, never part of the demo."""
