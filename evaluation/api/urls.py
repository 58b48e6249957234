from django.urls import path

from evaluation.api import (
    admissibility,
    audit,
    batches,
    capacity,
    criteria,
    dossiers,
    figures,
    inputs,
    jobs,
    packs,
    questions,
    readings,
    sites,
    sittings,
    standing,
    verify,
)
from evaluation.api.evaluations import EvaluationReceiptView, EvaluationsView, EvaluationView
from evaluation.api.pre_checks import PreCheckView
from evaluation.api.rescorings import RescoringsView, RescoringView
from evaluation.api.submissions import SubmitView

FILE = "applications/<uuid:application_id>/"
BATCH = "batches/<str:code>/"
SITE = f"{BATCH}sites/<str:site_number>/"
INPUT = f"{SITE}inputs/<uuid:input_id>"

urlpatterns = [
    path("annex-volumes", packs.VolumesView.as_view(), name="annex-volumes"),
    path("annex-volumes/<uuid:volume_id>", packs.VolumeView.as_view(), name="annex-volume"),
    path("annex-volumes/<uuid:volume_id>/file", packs.VolumeFileView.as_view(), name="annex-volume-file"),
    path(f"{FILE}admissibility", admissibility.AdmissibilityView.as_view(), name="admissibility"),
    path(f"{FILE}admissibility/<str:item>", admissibility.AdmissibilityItemView.as_view(), name="admissibility-item"),
    path(f"{FILE}annex-volumes", packs.OrderVolumeView.as_view(), name="order-annex-volume"),
    path(f"{FILE}capacity", capacity.CapacityView.as_view(), name="capacity"),
    path(f"{FILE}dossiers", dossiers.OrderDossierView.as_view(), name="order-dossier"),
    path(f"{FILE}evaluation", standing.StandingView.as_view(), name="application-evaluation"),
    path(f"{FILE}questions", questions.QuestionsView.as_view(), name="questions"),
    path(f"{FILE}questions/<uuid:question_id>", questions.QuestionView.as_view(), name="question"),
    path(f"{FILE}questions/<uuid:question_id>/answer", questions.AnswerView.as_view(), name="question-answer"),
    path(f"{FILE}submit", SubmitView.as_view(), name="application-submit"),
    path("audit-events", audit.AuditEventsView.as_view(), name="audit-events"),
    path("ballots", sittings.BallotsView.as_view(), name="ballots"),
    path("ballots/<uuid:ballot_id>", sittings.BallotView.as_view(), name="ballot"),
    path("batches", batches.BatchesView.as_view(), name="batches"),
    path("batches/<str:code>", batches.BatchView.as_view(), name="batch"),
    path(f"{BATCH}blocking", batches.BlockingView.as_view(), name="batch-blocking"),
    path(f"{BATCH}board", batches.BoardView.as_view(), name="batch-board"),
    path(f"{BATCH}close", batches.CloseView.as_view(), name="batch-close"),
    path(f"{BATCH}end-intake", batches.EndIntakeView.as_view(), name="batch-end-intake"),
    path(f"{BATCH}figures", figures.FiguresView.as_view(), name="batch-figures"),
    path(
        f"{BATCH}figures/preview/<uuid:vintage_id>", figures.FiguresPreviewView.as_view(), name="batch-figures-preview"
    ),
    path(f"{BATCH}packs", packs.OrderPackView.as_view(), name="order-pack"),
    path(f"{BATCH}sites", batches.SitesView.as_view(), name="batch-sites"),
    path(f"{SITE}bureau-rulings", sites.BureauRulingsView.as_view(), name="bureau-rulings"),
    path(f"{SITE}differences", sites.DifferencesView.as_view(), name="differences"),
    path(f"{SITE}inputs", inputs.InputsView.as_view(), name="inputs"),
    path(INPUT, inputs.InputView.as_view(), name="input"),
    path(f"{INPUT}/confirm", inputs.ConfirmView.as_view(), name="input-confirm"),
    path(f"{INPUT}/correct", inputs.CorrectView.as_view(), name="input-correct"),
    path(f"{INPUT}/rule", inputs.RuleView.as_view(), name="input-rule"),
    path(f"{SITE}judgements", sites.JudgementsView.as_view(), name="judgements"),
    path("bureau-rulings/<uuid:ruling_id>/minutes", sites.MinutesView.as_view(), name="minutes-file"),
    path("criteria", criteria.CriteriaListView.as_view(), name="criteria-versions"),
    path("criteria/<str:version>", criteria.CriteriaView.as_view(), name="criteria"),
    path("criteria/<str:version>/cases", criteria.CriteriaCasesView.as_view(), name="criteria-cases"),
    path("criteria/<str:version>/file", criteria.CriteriaFileView.as_view(), name="criteria-file"),
    path("decisions", sittings.DecisionsView.as_view(), name="decisions"),
    path("dossiers", dossiers.DossiersView.as_view(), name="dossiers"),
    path("dossiers/<uuid:dossier_id>", dossiers.DossierView.as_view(), name="dossier"),
    path("dossiers/<uuid:dossier_id>/file", dossiers.DossierFileView.as_view(), name="dossier-file"),
    path("dossiers/<uuid:dossier_id>/revoke", dossiers.RevokeView.as_view(), name="dossier-revoke"),
    path("evaluations", EvaluationsView.as_view(), name="evaluations"),
    path("evaluations/<uuid:evaluation_id>", EvaluationView.as_view(), name="evaluation"),
    path("evaluations/<uuid:evaluation_id>/receipt", EvaluationReceiptView.as_view(), name="evaluation-receipt"),
    path("jobs/<uuid:job_id>", jobs.JobView.as_view(), name="job"),
    path("meetings", sittings.MeetingsView.as_view(), name="meetings"),
    path("meetings/<str:day>", sittings.MeetingView.as_view(), name="meeting"),
    path("packs", packs.PacksView.as_view(), name="packs"),
    path("packs/<uuid:pack_id>", packs.PackView.as_view(), name="pack"),
    path("packs/<uuid:pack_id>/file", packs.PackFileView.as_view(), name="pack-file"),
    path("pre-checks", PreCheckView.as_view(), name="pre-checks"),
    path("proposals", sittings.ProposalsView.as_view(), name="proposals"),
    path("readings", readings.ReadingsView.as_view(), name="readings"),
    path("readings/<str:reading>", readings.ReadingView.as_view(), name="reading"),
    path("rescorings", RescoringsView.as_view(), name="rescorings"),
    path("rescorings/<uuid:rescoring_id>", RescoringView.as_view(), name="rescoring"),
    path("verify/<str:code>", verify.VerifyView.as_view(), name="verify"),
]
