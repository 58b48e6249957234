from uuid import UUID

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from applications.models import Application
from centres.models import Holder


def holder_of(user: User) -> Holder:
    """The company a person files for. Raises NotAllowed for who files for none."""
    holder = Holder.objects.filter(memberships__user=user, memberships__valid_to=None).first()
    if holder is None:
        raise NotAllowed("no-company")
    return holder


def own_application(user: User, application_id: UUID) -> Application:
    """The application a person may see, with its names. Raises NotFound, also for what exists but is another's."""
    application = Application.objects.readable_by(user).with_names().filter(pk=application_id).first()
    if application is None:
        raise NotFound
    return application
