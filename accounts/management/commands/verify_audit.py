from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.selectors import audit_chain_check


class Command(BaseCommand):
    help = "Recompute the audit trail's chain of hashes; names the first broken row and ends with an error."

    def handle(self, **_options: Any) -> None:
        check = audit_chain_check()
        if check.fault is not None:
            raise CommandError(f"The audit trail is broken at row {check.fault.seq}: {check.fault.kind}.")
        self.stdout.write(f"The audit trail holds: {check.rows} rows, head {check.head or 'none'}.")
