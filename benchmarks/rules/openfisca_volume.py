"""The volume criterion alone in OpenFisca-core, which computes many sites at once and explains none of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, Period
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Site = build_entity(key="site", plural="sites", label="A site", is_person=True)
LAST_YEAR = "2024"


class allografts(Variable):  # type: ignore[misc]  # noqa: N801 - it has no types, and is named as OpenFisca names it
    value_type = int
    entity = Site
    definition_period = DateUnit.YEAR
    label = "Booked and accepted acts of one year"


class reaches_minimum(Variable):  # type: ignore[misc]  # noqa: N801 - as above
    value_type = bool
    entity = Site
    definition_period = DateUnit.YEAR
    label = "The last three years reach the minimum together"

    def formula(site: Any, period: Period, parameters: Any) -> Any:  # noqa: N805 - as OpenFisca calls it
        years = (period, period.offset(-1), period.offset(-2))
        return sum(site("allografts", year) for year in years) >= parameters(period).needed


def system() -> TaxBenefitSystem:
    found = TaxBenefitSystem([Site])
    found.parameters = ParameterNode(data={"needed": {"values": {"2020-01-01": {"value": 84}}}})
    found.add_variables(allografts, reaches_minimum)
    return found


def reached(law: TaxBenefitSystem, acts: Mapping[int, Sequence[int]], *, trace: bool = False) -> Any:
    """Whether each site reaches the minimum, from the acts of each year in the order of the sites."""
    count = len(next(iter(acts.values())))
    simulation = SimulationBuilder().build_default_simulation(law, count)
    simulation.trace = trace
    for year, numbers in acts.items():
        simulation.set_input("allografts", str(year), numpy.array(numbers))
    return simulation.calculate("reaches_minimum", LAST_YEAR)
