"""The forms of filing: what is typed, per step, and what it means for the services."""
