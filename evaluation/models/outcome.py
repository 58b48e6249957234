import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from applications.models import Application
from centres.enums import Population
from centres.models import Listing
from centres.models.constraints import among
from evaluation.enums import CapacityValue, ProposalOutcome
from evaluation.models.immutable import never_changed
from evaluation.models.meeting import Ballot


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def settling(self) -> "ProposalQuerySet":
        """Without a quorum nothing was settled: the item can come back."""
        return self.exclude(outcome=ProposalOutcome.NO_QUORUM)


class Proposal(models.Model):
    """The committee's act on one ballot, with its own finding on capacity and its advice on contracts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="proposal")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="proposals")
    population = models.CharField(max_length=5, choices=Population)
    outcome = models.CharField(max_length=11, choices=ProposalOutcome)
    capacity_finding = models.CharField(max_length=15, choices=CapacityValue, blank=True)
    capacity_reason = models.TextField(max_length=5_000, blank=True)
    advises_working_group = models.BooleanField()
    text = models.TextField(max_length=10_000)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            among("population", Population, name="proposal_population"),
            among("outcome", ProposalOutcome, name="proposal_outcome"),
            models.CheckConstraint(
                condition=Q(capacity_finding="") | ~Q(capacity_reason=""), name="proposal_capacity_has_a_reason"
            ),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"


class MinisterialDecisionQuerySet(models.QuerySet["MinisterialDecision"]):
    def visible_to(self, user: User) -> "MinisterialDecisionQuerySet":
        """The decision is the applicant's too."""
        return self.filter(application__in=Application.objects.readable_by(user))


class MinisterialDecision(models.Model):
    """The Minister's decision for one application and population; it may deviate from the proposal, with reasons.

    Only a decision that admits makes a listing, in force from the day of effect.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    population = models.CharField(max_length=5, choices=Population)
    proposal = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    admits = models.BooleanField()
    reference = models.CharField(max_length=100)
    decided_on = models.DateField()
    published_on = models.DateField()
    effective_on = models.DateField()
    deviates = models.BooleanField()
    reasons = models.TextField(max_length=10_000, blank=True)
    listing = models.OneToOneField(Listing, null=True, blank=True, on_delete=models.PROTECT, related_name="decision")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = MinisterialDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["decided_on"]
        constraints = [
            among("population", Population, name="decision_population"),
            models.UniqueConstraint(fields=["application", "population"], name="decision_once"),
            models.CheckConstraint(
                condition=Q(published_on__gte=F("decided_on"), effective_on__gte=F("decided_on")),
                name="decision_days_in_order",
            ),
            models.CheckConstraint(condition=Q(deviates=False) | ~Q(reasons=""), name="decision_deviates_with_reasons"),
            models.CheckConstraint(
                condition=Q(admits=True, listing__isnull=False) | Q(admits=False, listing=None),
                name="decision_lists_what_it_admits",
            ),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return self.reference
