"""Who may do what in review, at the vote and after it; services require, pages ask."""

from accounts.models import User
from accounts.policies import is_auditor, is_chair, is_member, is_secretariat


def may_lead_sitting(user: User) -> bool:
    """Chair and secretariat convene a sitting, record who is there and run its ballots."""
    return is_chair(user) or is_secretariat(user)


def may_see_sitting(user: User) -> bool:
    """Sittings and their ballots are seen inside only: committee, secretariat, auditor."""
    return is_member(user) or is_secretariat(user) or is_auditor(user)


def may_put_incomplete_to_vote(user: User) -> bool:
    """An incomplete file goes to the vote by the chair's act alone."""
    return is_chair(user)


def may_release_ballot(user: User) -> bool:
    """The secretariat releases an item that the re-check held."""
    return is_secretariat(user)


def may_postpone_ballot(user: User) -> bool:
    return is_chair(user)


def may_vote(user: User) -> bool:
    """The role that votes at all; presence, seat and recusal are asked of the sitting."""
    return is_member(user)


def may_record_decision(user: User) -> bool:
    """The secretariat records what the Minister decided."""
    return is_secretariat(user)


def may_revoke_dossier(user: User) -> bool:
    """The secretariat takes a dossier back that should not have gone out."""
    return is_secretariat(user)


def may_request_rescoring(user: User) -> bool:
    """The secretariat asks what another rule would have given; the auditor reads the answer."""
    return is_secretariat(user)
