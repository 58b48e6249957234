"""What was found, rendered, proposed or decided is never changed; a later row supersedes it."""

import pgtrigger


def never_changed() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
        ),
    ]
