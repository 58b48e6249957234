from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.policies import require_secretariat
from accounts.services.audit import record_event
from applications.errors import problem
from applications.models import Application, Question
from applications.policies import may_ask, require_own
from applications.services.locks import lock_application
from applications.validators import check_free_text


@transaction.atomic
def ask_question(application: Application, *, criterion: str, text: str, by: User, at: datetime) -> Question:
    """The secretariat asks the holder something about one criterion, from submission until the decision.

    Raises NotAllowed, Conflict, Invalid.
    """
    require_secretariat(by)
    locked = lock_application(application)
    if not may_ask(by, locked):
        raise Conflict("wrong-state", state=locked.get_state_display(), verb="ask")
    _require_text("/text", text)
    question = Question(application=locked, criterion=criterion, text=text.strip(), asked_by=by, asked_at=at)
    question.save(force_insert=True)
    record_event(question, by=by, at=at, verb="ask", after={"criterion": criterion, "text": question.text})
    return question


@transaction.atomic
def answer_question(question: Question, *, answer: str, by: User, at: datetime) -> Question:
    """Staff of the holder answer once; the answer stands. Raises NotFound, NotAllowed, Conflict, Invalid."""
    require_own(by, question.application)
    locked = Question.objects.select_for_update().get(pk=question.pk)
    if locked.answered_at is not None:
        raise Conflict("already-answered")
    _require_text("/answer", answer)
    locked.answer, locked.answered_by, locked.answered_at = answer.strip(), by, at
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    record_event(locked, by=by, at=at, verb="answer", after={"answer": locked.answer})
    return locked


def _require_text(pointer: str, text: str) -> None:
    fault = check_free_text(pointer, text) if text.strip() else problem(pointer, "missing")
    if fault is not None:
        raise Invalid(problems=[fault])
