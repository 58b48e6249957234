"""The sentences of review and vote; the code travels, the sentence is said in the reader's language."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import SENTENCES

SENTENCES.update(
    {
        "no-criteria": _("No version of the criteria is in force on %(day)s."),
        "facts-faulty": _("The facts have faults; each is named with its place."),
        "too-many-facts": _("At most %(most)s sets of facts go into one call."),
        "facts-invalid": _("The confirmed inputs do not fit together; correct those named below."),
        "not-submitted": _("This application has not been submitted yet."),
        "inputs-frozen": _("The batch %(batch)s is closed: its inputs are frozen."),
        "secretariat-only": _("Only the secretariat does this."),
        "reason-missing": _("Give the reason; it is kept with your name."),
        "minutes-missing": _("Give the reference of the minutes of the Bureau."),
        "already-confirmed": _("A colleague has confirmed this already; nothing was changed."),
        "input-replaced": _(
            "This statement was replaced or set aside meanwhile; reload the page to see the present one."
        ),
        "contradicted": _("Statements on this fact contradict each other: choose the one that holds, with a reason."),
        "no-contradiction": _("These statements agree; there is nothing to resolve any more."),
        "judgement-stale": _("What this judgement rested on has changed; judge anew before countersigning."),
        "judgement-replaced": _("This judgement was replaced meanwhile; reload the page to see the present one."),
        "already-countersigned": _("A colleague has countersigned this already; nothing was changed."),
        "countersign-by-another": _("Who judged cannot countersign: a second person does."),
        "verdicts-differ": _("Criterion %(criterion)s of this site carries another verdict in this batch."),
        "batch-blocked": _("The batch cannot close yet; settle what is named below."),
        "batch-not-sealed": _("The batch %(batch)s is not sealed: its dossiers are not all there."),
        "admissibility-undecided": _("%(where)s: decide on its admissibility."),
        "vintage-unset": _("Set the delivery of booked figures that counts for the batch %(where)s."),
        "contradiction-open": _("Site %(where)s: resolve the contradiction on %(detail)s."),
        "apheresis-site-unconfirmed": _("Site %(where)s: confirm the site of apheresis."),
    }
)

# Sittings, votes and decisions.
SENTENCES.update(
    {
        "no-criteria": _("No version of the criteria is in force on %(day)s."),
        "facts-invalid": _("The confirmed inputs do not fit together; correct those named below."),
        "not-submitted": _("This application has not been submitted yet."),
        "inputs-frozen": _("The batch %(batch)s is closed: its inputs are frozen."),
        "secretariat-only": _("Only the secretariat does this."),
        "reason-missing": _("Give the reason; it is kept with your name."),
        "minutes-missing": _("Give the reference of the minutes of the Bureau."),
        "already-confirmed": _("A colleague has confirmed this already; nothing was changed."),
        "input-replaced": _(
            "This statement was replaced or set aside meanwhile; reload the page to see the present one."
        ),
        "contradicted": _("Statements on this fact contradict each other: choose the one that holds, with a reason."),
        "no-contradiction": _("These statements agree; there is nothing to resolve any more."),
        "judgement-stale": _("What this judgement rested on has changed; judge anew before countersigning."),
        "judgement-replaced": _("This judgement was replaced meanwhile; reload the page to see the present one."),
        "already-countersigned": _("A colleague has countersigned this already; nothing was changed."),
        "countersign-by-another": _("Who judged cannot countersign: a second person does."),
        "verdicts-differ": _("Criterion %(criterion)s of this site carries another verdict in this batch."),
        "batch-blocked": _("The batch cannot close yet; settle what is named below."),
        "admissibility-undecided": _("%(where)s: decide on its admissibility."),
        "vintage-unset": _("Set the delivery of booked figures that counts for the batch %(where)s."),
        "contradiction-open": _("Site %(where)s: resolve the contradiction on %(detail)s."),
        "apheresis-site-unconfirmed": _("Site %(where)s: confirm the site of apheresis."),
    }
)
