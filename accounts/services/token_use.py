import logging
from typing import Any

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

# Within the minute nothing is written and nothing locked; of two uses at once one writes.
NOTE = """
    WITH used AS (
        INSERT INTO accounts_tokenuse AS kept (access_token_id, last_used_at)
        SELECT id, statement_timestamp() FROM oauth2_provider_accesstoken WHERE id = %(token)s AND NOT EXISTS (
            SELECT 1 FROM accounts_tokenuse
            WHERE access_token_id = %(token)s AND last_used_at > statement_timestamp() - interval '1 minute')
        ON CONFLICT (access_token_id) DO UPDATE SET last_used_at = excluded.last_used_at
            WHERE kept.last_used_at <= excluded.last_used_at - interval '1 minute'
        RETURNING last_used_at)
    UPDATE accounts_apiclient SET last_used_at = used.last_used_at FROM used WHERE id = %(client)s
"""


def note_use(token: Any) -> None:
    """Keep when a token and its client were last used, at most once a minute per token; a failure is only logged.

    The moment is the database's, as the token's end is, whatever day the desk plays on.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, {"token": token.pk, "client": token.application_id})
    except DatabaseError:
        logger.warning("the use of token %s could not be noted", token.pk, exc_info=True)
