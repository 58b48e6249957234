"""A version of the criteria with other values: what the same facts would give under another reading or number."""

from collections.abc import Mapping
from dataclasses import replace

from evaluation.rules.enums import Population
from evaluation.rules.model import Alternative, CriteriaVersion, Criterion
from evaluation.rules.tables import Table, changed_parameters, members

CHANGES = ("parameters", "populations")


def variant(criteria: CriteriaVersion, alternative: Alternative) -> CriteriaVersion:
    """The version as it would be under the other option; it keeps its id and sha256 and is never stored as criteria."""
    return changed(criteria, Table(f"reading {alternative.reading}", "changes", alternative.changes))


def with_parameters(criteria: CriteriaVersion, changes: Mapping[str, Mapping[str, object]]) -> CriteriaVersion:
    """The version with other `parameters` and `populations` per criterion.

    Raises InvalidCriteria, as the file does, for a criterion, parameter, population or value that is not allowed.
    """
    return changed(criteria, Table("variant", "", changes))


def changed(criteria: CriteriaVersion, table: Table) -> CriteriaVersion:
    """The version with the changes of the table, one table per criterion; what it leaves alone is the same object."""
    table.require_only(*criteria.order)
    rules = tuple(_changed(each, table.table(each.id)) if each.id in table.data else each for each in criteria.criteria)
    return replace(criteria, criteria=rules)


def _changed(criterion: Criterion, table: Table) -> Criterion:
    table.require_only(*CHANGES)
    parameters, populations = criterion.parameters, criterion.populations
    if "parameters" in table.data:
        given = frozenset(criterion.rests_on)
        parameters = {**parameters, **changed_parameters(table.table("parameters"), criterion.check, given=given)}
    if "populations" in table.data:
        populations = members(table, "populations", Population)
    return replace(criterion, parameters=parameters, populations=populations)
