from uuid import UUID

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from applications.models import AnnexUpload, Application, Upload
from centres.models import Holder
from centres.selectors import holder_of as filing_holder


def holder_of(user: User) -> Holder:
    """The company a person files for. Raises NotAllowed for who files for none."""
    holder = filing_holder(user)
    if holder is None:
        raise NotAllowed("no-company")
    return holder


def own_application(user: User, application_id: UUID) -> Application:
    """The application a person may see, with its names. Raises NotFound, also for what exists but is another's."""
    application = Application.objects.readable_by(user).with_names().filter(pk=application_id).first()
    if application is None:
        raise NotFound
    return application


def own_upload(user: User, upload_id: UUID) -> Upload:
    """The upload a person may see. Raises NotFound, also for what exists but is another's."""
    upload = Upload.objects.visible_to(user).filter(pk=upload_id).first()
    if upload is None:
        raise NotFound
    return upload


def own_annex_upload(user: User, application_id: UUID, upload_id: UUID) -> AnnexUpload:
    """A document that a person's company is sending. Raises NotFound, also for another's and when its day is over."""
    own = AnnexUpload.objects.visible_to(user).standing().filter(application=application_id, pk=upload_id)
    upload = own.select_related("application__holder", "annex").first()
    if upload is None:
        raise NotFound
    return upload
