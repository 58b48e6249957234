"""Laws are tried on many facts; how fast the machine is says nothing about them."""

from hypothesis import HealthCheck, settings

settings.register_profile("laws", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")
