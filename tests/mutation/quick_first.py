"""A pytest plugin for mutation runs: tests of one example before laws on many, the same many each time."""

import pytest
from hypothesis import HealthCheck, Phase, settings

WANTED = pytest.StashKey[set[str]]()

settings.register_profile(
    "mutation",
    derandomize=True,
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def pytest_configure(config: pytest.Config) -> None:
    """Hundreds of tests asked for by name are found sooner by reading their files whole."""
    config.stash[WANTED] = {name for name in config.args if "::" in name}
    config.args = list(dict.fromkeys(name.partition("::")[0] for name in config.args))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.stash[WANTED]
    items[:] = sorted((item for item in items if not wanted or item.nodeid in wanted), key=is_a_law)


def is_a_law(item: pytest.Item) -> bool:
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
