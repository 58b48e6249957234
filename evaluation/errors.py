"""The sentences of review and vote; the code travels, the sentence is said in the reader's language."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import SENTENCES

SENTENCES.update(
    {
        "no-criteria": _("No version of the criteria is in force on %(day)s."),
        "facts-faulty": _("The facts have faults; each is named with its place."),
        "list-without-token": _(
            "A list of facts needs a token with the scope %(scope)s; without one, send one set of facts."
        ),
        "too-many-facts": _("At most %(most)s sets of facts go into one call."),
        "facts-invalid": _("The confirmed inputs do not fit together; correct those named below."),
        "not-submitted": _("This application has not been submitted yet."),
        "inputs-frozen": _("The batch %(batch)s is closed: its inputs are frozen."),
        "secretariat-only": _("Only the secretariat does this."),
        "reason-missing": _("Give the reason; it is kept with your name."),
        "minutes-missing": _("Give the reference of the minutes of the Bureau."),
        "minutes-file-missing": _("Attach the minutes of the Bureau as a PDF."),
        "already-confirmed": _("A colleague has confirmed this already; nothing was changed."),
        "input-replaced": _(
            "This statement was replaced or set aside meanwhile; reload the page to see the present one."
        ),
        "contradicted": _("Statements on this fact contradict each other: choose the one that holds, with a reason."),
        "difference-resolved": _("%(who)s has resolved this already; nothing was changed."),
        "difference-changed": _("One of the sources has changed meanwhile; look again at what does not agree."),
        "choice-missing": _("Choose what holds."),
        "person-only": _("Only a named person concludes this, never an interface."),
        "judgement-stale": _("What this judgement rested on has changed; judge anew before countersigning."),
        "judgement-replaced": _("This judgement was replaced meanwhile; reload the page to see the present one."),
        "already-countersigned": _("A colleague has countersigned this already; nothing was changed."),
        "countersign-by-another": _("Who judged cannot countersign: a second person does."),
        "verdicts-differ": _("Criterion %(criterion)s of this site carries another verdict in this batch."),
        "batch-blocked": _("The batch cannot close yet; settle what is named below."),
        "batch-not-closed": _("The batch %(batch)s has not closed: there are no dossiers yet."),
        "job-not-stopped": _("This job is not stopped any more; nothing was changed."),
        "no-annexes": _("This file has no annexes."),
        "batch-not-sealed": _("The batch %(batch)s is not sealed: its dossiers are not all there."),
        "admissibility-undecided": _("%(where)s: decide on its admissibility."),
        "vintage-kind": _("Choose a delivery of booked allogeneic transplantations."),
        "vintage-changed": _("Another delivery counts by now. Look at what would change, then choose again."),
        "vintage-unset": _("Set the delivery of booked figures that counts for the batch %(where)s."),
        "contradiction-open": _("Site %(where)s: resolve the contradiction on %(detail)s."),
        "certificate-denied": _("Site %(where)s: one file states a certificate, another that there is none. Choose."),
        "certificate-unlike-register": _("Site %(where)s: %(detail)s differs from the register. Choose what holds."),
        "apheresis-site-unconfirmed": _("Site %(where)s: confirm the site of apheresis."),
        "statements-waiting": _("%(where)s: its statements are still being taken in."),
        "inputs-do-not-fit": _("Site %(where)s: the confirmed inputs do not fit together (%(detail)s)."),
    }
)

# Sittings, votes and decisions.
SENTENCES.update(
    {
        "sitting-taken": _("There is already a sitting on %(day)s."),
        "sitting-in-past": _("A sitting cannot be convened for a day that is over."),
        "sitting-over": _("That sitting is over. Choose a later one."),
        "not-sitting-day": _("This can only be done on the day of the sitting, %(day)s."),
        "other-batch": _("The application and the sitting belong to different batches."),
        "no-mandate": _("%(name)s does not hold this seat on the day of the sitting."),
        "seat-taken": _("%(name)s sits on this seat. Record that person's departure first."),
        "barred-from-deliberation": _("You do not take part in this item, so its documents are closed to you."),
        "ballot-running": _("A vote on this application is open. Close it first."),
        "not-for-vote": _("This application is not ready for the vote."),
        "population-not-asked": _("The application does not ask for this population."),
        "population-settled": _("The committee has voted on this population already."),
        "population-decided": _("The Minister has decided on this population already."),
        "ballot-elsewhere": _("This item stands on the agenda of the sitting of %(day)s."),
        "ballot-counted-here": _("This item was voted on at this sitting. Put it on the agenda of a later one."),
        "deviation-without-reasons": _("This text departs from the advisory outcome. Say why."),
        "ballot-not-draft": _("The vote on this item was opened already."),
        "ballot-not-open": _("The vote on this item is not open."),
        "ballot-held": _(
            "This item is held: its evaluation changed on the day of the vote. The secretariat releases it."
        ),
        "ballot-not-held": _("This item is not held."),
        "verdict-changed": _(
            "The re-check on the day of the vote gives another result (%(changes)s). The item is held until the "
            "secretariat releases it with its new dossier, or the chair postpones it."
        ),
        "dossier-revoked": _("A colleague has revoked this dossier already; nothing was changed."),
        "dossier-not-ready": _("The new version of the dossier is not ready yet. Try again in a moment."),
        "incomplete-by-chair": _(
            "The outcome is incomplete: only the chair can put this item to the vote, with reasons."
        ),
        "not-present": _("You are not recorded as present at this sitting. Ask the secretariat."),
        "seat-without-vote": _("Your seat has no vote."),
        "recused": _("You do not vote on this item."),
        "capacity-finding-missing": _("Record what the committee finds about capacity."),
        "same-sitting": _("Choose another sitting."),
        "no-decision-now": _(
            "A decision can be recorded once the batch is sealed and the application was not withdrawn."
        ),
        "decision-reasons-missing": _("The decision departs from the proposal, or there is none. Give its reasons."),
        "decision-in-future": _("A decision that has yet to be taken cannot be recorded."),
        "decision-days": _("The days must be in order: decision, publication, effect."),
        "decision-before-proposal": _("The decision cannot be earlier than the proposal of %(day)s."),
    }
)

# Re-scorings, which decide nothing.
SENTENCES.update(
    {
        "rescoring-kind": _("Choose one question: another version, date, reading or minimum."),
        "rescoring-field": _("This is not known here. There is: %(known)s."),
        "rescoring-version": _("No version of the criteria is named %(given)s. There is: %(known)s."),
        "rescoring-date": _("Choose a day on which criteria are in force: %(first)s to %(last)s."),
        "rescoring-reading": _("Choose a reading and an option that can be computed: %(known)s."),
        "rescoring-criterion": _("Choose a criterion that counts transplantations: %(known)s."),
        "rescoring-values": _("Give one to %(most)s different whole numbers from 1 to %(highest)s."),
        "rescoring-minimum": _("A minimum of %(value)s does not fit the criterion: %(allowed)s."),
        "rescoring-batch": _("There is no batch %(given)s. There is: %(known)s."),
    }
)
