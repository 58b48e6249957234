from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from evaluation.law_checks import TAG, check_law


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("Evaluation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The law's files are checked with everything else, before any command of the desk does its work."""
        register(check_law, TAG)
