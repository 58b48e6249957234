"""The sentences of filing; each says what is wrong and what to do."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from accounts.errors import SENTENCES, DeskError, Problem, sentence

SENTENCES.update(
    {
        "wrong-state": _("This is %(state)s now, so that step is no longer possible."),
        "not-your-move": _("Your role does not allow this step."),
        "no-open-batch": _("No batch is open for filing yet. Your draft is kept; try again when the batch opens."),
        "batch-exists": _("The batch %(batch)s is open already."),
        "batch-years": _("The three booked years must be over before the reference date."),
        "batch-full": _("The batch %(batch)s has no free reference left."),
        "intake-still-open": _("Files are taken in up to and including %(day)s."),
        "stale-version": _("Someone changed this application meanwhile. Look at it again, then save."),
        "not-a-draft": _("This application was submitted, so its answers stand. Ask the secretariat to correct one."),
        "evidence-closed": _("Documents can be added to a draft, or when the secretariat asked to complete the file."),
        "annex-cited": _("An answer cites this document. Change that answer first."),
        "annex-too-large": _("The file is larger than %(limit)s MB. Split it or save it smaller."),
        "annex-not-pdf": _("This is not a PDF. Save the document as PDF and choose it again."),
        "annex-encrypted": _("This PDF is protected. Save it without password or restrictions."),
        "annex-javascript": _("This PDF contains a script. Print it to a new PDF and choose that one."),
        "annex-launch-action": _("This PDF starts something on its own. Print it to a new PDF and choose that one."),
        "annex-embedded-files": _("This PDF carries other files. Add each of them as a PDF of its own."),
        "annex-xfa": _("This PDF is a dynamic form. Print it to a new PDF and choose that one."),
        "annex-broken": _("This PDF is damaged. Make it again and choose the new file."),
        "annex-no-pages": _("This PDF has no pages."),
        "annex-too-many-pages": _("This PDF has more than %(pages)s pages. Split it."),
        "annex-too-many": _("An application holds at most %(limit)s documents."),
        "annex-page": _("The document has no page %(page)s."),
        "annex-upload-offset": _("The file goes on at byte %(offset)s, not here."),
        "annex-upload-busy": _("The whole file has arrived and is being looked at. Ask again in a moment."),
        "annex-upload-taken": _("This document is among the annexes already. Remove it there."),
        "annex-upload-longer": _("These are more bytes than Upload-Length announced. None of them were kept."),
        "annex-upload-refused": _("This file was refused. Read the upload for the reason, then send another file."),
        "annex-uploads-many": _("%(limit)s files are under way already. Finish or remove one of them first."),
        "checksum-differs": _("The bytes do not fit their checksum. None of them were kept."),
        "checksum-unreadable": _("Send Upload-Checksum as one of %(allowed)s, a space and the digest in base64."),
        "metadata-unreadable": _(
            "Send Upload-Metadata as keys, each once with its value in base64, and commas between them."
        ),
        "bytes-unreadable": _("Send a whole number of bytes."),
        "tus-version": _("Send Tus-Resumable with the version 1.0.0."),
        "storage-fails": _("The file cannot be stored at the moment. What arrived before is kept: go on later."),
        "field-unknown": _("This field cannot be changed."),
        "already-answered": _("This question was answered already."),
        "missing": _("Fill this in."),
        "reason-missing": _("Give a reason."),
        "text-too-long": _("Write at most %(limit)s characters."),
        "national-number": _(
            "This looks like a person's national register number. Leave out anything that points to a patient."
        ),
        "populations-missing": _("Choose adults, children or both."),
        "populations-unknown": _("Choose from adults and children, each once."),
        "language-not-nl-fr": _("Choose Dutch or French, the language of the dossier."),
        "site-number-value": _(
            "An establishment number has ten digits and starts with 2 to 8, for example 8.000.000.071."
        ),
        "site-number-check-digit": _(
            "The last two digits do not fit the first eight: check the establishment number for a typing error."
        ),
        "count-invalid": _("Enter a whole number, for example 29."),
        "day-invalid": _("Enter an existing day, for example 2026-07-31."),
        "days-order": _("The last day is before the first."),
        "extension-order": _("The extension must end after the certificate does."),
        "scopes-missing": _("Choose at least one activity of the certificate."),
        "children-above-total": _("There cannot be more children than transplantations."),
        "statement-unknown": _("This cannot be stated here."),
        "statement-shape": _("This answer is not complete."),
        "year-outside": _("Choose one of the years of this batch."),
        "paragraph-of-other-product": _("Choose a paragraph of the chosen product."),
        "reference-taken": _("You already use this reference for another application."),
        "no-company": _("Your account belongs to no company. Ask the desk to add you to one."),
        "not-ready": _("The application cannot be submitted yet."),
        "new-indication": _("Filings for new CAR-T indications cannot include new centres ad hoc."),
        "paragraph-not-reimbursed": _("%(note)s Paragraph %(paragraph)s is not reimbursed on %(day)s."),
        "not-cart": _("%(product)s is not a CAR-T product."),
        "paragraph-without-children": _("Children are asked for, but the indication of this paragraph excludes them."),
        "already-listed": _("This site is already on the list for this product, this paragraph and %(population)s."),
        "same-application": _("You already filed this for the same batch: %(reference)s."),
        "apheresis-site-missing": _("Say on which site the apheresis is done."),
        "contact-missing": _("Give an e-mail address for questions about this application."),
        "outside-window": _(
            "You file outside January and July. The application counts for batch %(batch)s, "
            "with reference date %(day)s."
        ),
        "forecast-missing": _("The forecast is not complete. It is wished for, not required."),
        "motivation-missing": _("There is no motivation. It is wished for, not required."),
        "laboratory-site-missing": _("The site of the stem-cell laboratory is not stated."),
        "certificates-missing": _("Nothing is stated about JACIE certificates."),
        "allografts-missing": _("The hospital's own numbers are not stated for each year."),
        "narrative-missing": _("Nothing is written yet about: %(what)s."),
        "cnk-unusual": _("The check digit of CNK code %(cnk)s is unusual. Compare it with the package."),
        "upload-not-yours": _("Your role does not send files of this kind."),
        "delivery-unsaid": _("Figures say on which day they were delivered and where they come from."),
        "upload-unknown-kind": _("There is no such kind of upload."),
        "sandbox-unclear": _("Send X-Sandbox as true or false."),
        "upload-sandbox": _("This upload was sent to the sandbox: it is checked, never committed."),
        "upload-not-ready": _("The upload is %(state)s; only one that is ready can be committed."),
        "upload-outdated": _("What is stored has changed since this file was checked. Send it again."),
        "upload-too-large": _("The file is larger than %(limit)s MB. Send it in parts."),
        "file-missing": _("Choose a file."),
        "evidence-missing": _("No document yet for: %(slot)s."),
    }
)


class TooLarge(DeskError):  # noqa: N818  # named for the answer it gives
    """More bytes than may be sent, or than were announced."""

    status: ClassVar[int] = 413


class ChecksumDiffers(DeskError):  # noqa: N818  # named for the answer it gives
    """What arrived is not what was sent; the status is tus's own."""

    status: ClassVar[int] = 460


def problem(pointer: str, code: str, **data: object) -> Problem:
    """A fault with its sentence in the language of the moment."""
    return Problem(pointer, code, sentence(code, data))
