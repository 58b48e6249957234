from accounts.models.audit import AuditEvent
from accounts.models.client import ApiClient, TokenUse
from accounts.models.user import User

__all__ = ["ApiClient", "AuditEvent", "TokenUse", "User"]
