from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to the desk; each person is exactly one of these."""

    HOLDER = "HOLDER", _("Holder's staff")
    SECRETARIAT = "SECRETARIAT", _("Secretariat")
    MEMBER = "MEMBER", _("Committee member")
    CHAIR = "CHAIR", _("Chair")
    AUDITOR = "AUDITOR", _("Auditor")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")


# What another app asks by name through `user.has_perm`, because it does not know what roles there are.
PERMISSIONS = {
    "jobs.view_job": frozenset({Role.ADMINISTRATOR, Role.SECRETARIAT}),
    "jobs.retry_job": frozenset({Role.ADMINISTRATOR}),
}


class Language(TextChoices):
    """The languages of screens and mails; German is only on public pages."""

    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    EN = "en", "English"


class Scope(TextChoices):
    """What a token of an API client may be used for."""

    UPLOADS_WRITE = "uploads:write", _("Upload files")
    APPLICATIONS_READ = "applications:read", _("Read applications")
    APPLICATIONS_WRITE = "applications:write", _("Write and submit applications")
    CENTRES_WRITE = "centres:write", _("Write centres and certificates")
    COUNTS_WRITE = "counts:write", _("Write yearly figures")
    EVALUATIONS_READ = "evaluations:read", _("Read evaluations")
    PRECHECKS_WRITE = "prechecks:write", _("Run pre-checks")
