"""The addresses of the secretariat's review."""

from django.urls import URLPattern, path

from evaluation.web import (
    actions,
    actions_file,
    audit,
    batches,
    board,
    capacity,
    closing,
    figures,
    packs,
    pages,
    papers,
    review,
    today,
    verify,
)

SITE = "batches/<str:code>/sites/<str:site_number>/"
FILE = "batches/<str:code>/files/<int:number>/"

urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("criteria/", pages.criteria, name="criteria"),
    path("audit/", audit.audit, name="audit"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<str:code>/", board.board, name="board"),
    path("batches/<str:code>/matrix.csv", board.board_csv, name="board-csv"),
    path("batches/<str:code>/end-intake/", closing.end_batch_intake, name="end-intake"),
    path("batches/<str:code>/close/", closing.close, name="close-batch"),
    path("batches/<str:code>/figures/", figures.figures, name="figures"),
    path("batches/<str:code>/dossiers/", closing.dossiers, name="dossiers"),
    path("batches/<str:code>/dossiers/<uuid:job_id>/retry/", closing.retry, name="retry-dossier"),
    path("batches/<str:code>/pack/", packs.make_pack, name="make-pack"),
    path("list/annex.pdf", papers.annex, name="list-annex"),
    path("packs/<uuid:pk>/", packs.pack, name="pack"),
    path("annexes/<uuid:pk>/", packs.volume, name="annexes"),
    path(f"{FILE}annexes/", packs.make_volume, name="make-annexes"),
    path("dossiers/<uuid:pk>/", closing.download, name="dossier"),
    path("dossiers/<uuid:pk>/revoke/", verify.revoke, name="revoke-dossier"),
    path("documents/<uuid:pk>/", review.document, name="document"),
    path(f"{FILE}findings/<str:criterion>/", board.finding, name="finding"),
    path(f"{FILE}admissibility/", actions_file.Admissibility.as_view(), name="admissibility"),
    path(f"{FILE}admissibility/<str:item>/", actions_file.CheckItem.as_view(), name="admissibility-item"),
    path(f"{FILE}questions/<str:criterion>/", actions_file.Ask.as_view(), name="ask"),
    path(f"{FILE}capacity/", capacity.capacity, name="capacity"),
    path(f"{FILE}capacity/countersign/", capacity.countersign, name="countersign-capacity"),
    path(SITE, review.site, name="site"),
    path(f"{SITE}confirm/", review.confirm, name="confirm"),
    path(f"{SITE}documents/<uuid:annex_id>/", review.confirm_document, name="confirm-document"),
    path(f"{SITE}judgements/<uuid:pk>/countersign/", review.countersign, name="countersign"),
    path(f"{SITE}inputs/<uuid:pk>/", actions.Correct.as_view(), name="correct"),
    path(f"{SITE}supplements/<uuid:pk>/", actions.Rule.as_view(), name="rule"),
    path(f"{SITE}differences/<str:sha256>/", actions.Resolve.as_view(), name="resolve"),
    path(f"{SITE}judgements/<str:criterion>/", actions.Judge.as_view(), name="judge"),
    path(f"{SITE}bureau/", actions.Bureau.as_view(), name="bureau"),
    path("minutes/<uuid:pk>/", review.minutes, name="minutes"),
]
