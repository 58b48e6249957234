"""The addresses of sittings, ballots and decisions."""

from django.urls import URLPattern, path

from evaluation.web import ballots, decisions, meetings

DAY = "meetings/<str:day>/"
BALLOT = "ballots/<uuid:pk>/"
ITEM = "decisions/<str:slug>/<str:population>/"

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/convene/", meetings.convene, name="convene"),
    path(DAY, meetings.meeting, name="meeting"),
    path(f"{DAY}attendance/", meetings.attendance, name="attendance"),
    path(f"{DAY}recusals/", meetings.recusals, name="recusals"),
    path(f"{DAY}items/<str:slug>/<str:population>/", ballots.draft, name="draft-ballot"),
    path(BALLOT, ballots.ballot, name="ballot"),
    path(f"{BALLOT}count/", ballots.count, name="ballot-count"),
    path(f"{BALLOT}open/", ballots.open_vote, name="open-ballot"),
    path(f"{BALLOT}vote/", ballots.vote, name="vote"),
    path(f"{BALLOT}close/", ballots.close, name="close-ballot"),
    path(f"{BALLOT}release/", ballots.release, name="release-ballot"),
    path(f"{BALLOT}postpone/", ballots.postpone, name="postpone-ballot"),
    path("batches/<str:code>/decisions/", decisions.decisions, name="decisions"),
    path(ITEM, decisions.decision, name="decision"),
    path(f"{ITEM}record/", decisions.record_decision, name="record-decision"),
]
