"""Answers that repeat: each a block of its own, with an empty one at the end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Annex
from applications.web.forms.base import (
    Answers,
    CountField,
    Group,
    StepForm,
    joined,
)

MOST_BLOCKS = 20
PRESET = frozenset({"body", "year", "basis", "paed"})


class Cited(forms.Form):
    """A repeated block with the document and page that prove it."""

    annex = forms.ModelChoiceField(
        label=_("Document"), queryset=Annex.objects.none(), required=False, empty_label=_("none")
    )
    page = CountField(label=_("Page"), required=False)
    remove = forms.BooleanField(label=_("Take this one out"), required=False)

    def __init__(self, *args: Any, annexes: Any, is_new: bool, **kw: Any) -> None:
        kw |= {"empty_permitted": is_new, "use_required_attribute": False}
        super().__init__(*args, **kw)
        field = self.fields["annex"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.queryset = annexes
        self.order_fields([name for name in self.fields if name not in {"annex", "page", "remove"}])
        if is_new:
            del self.fields["remove"]

    def has_changed(self) -> bool:
        """An empty block stays empty while only fields that a browser fills by itself hold something."""
        return bool(set(self.changed_data) - PRESET)

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        annex, page = given.get("annex"), given.get("page")
        if page and (annex is None or not 1 <= page <= annex.pages):
            self.add_error("page", _("Choose the document and one of its pages."))
        return given


class RepeatedStep(StepForm):
    """Holds the blocks: the saved ones by key, then an empty one."""

    field = ""
    prefix_name = ""
    new_title: Any = ""
    slots: tuple[str, ...] = ()

    def prepare(self) -> None:
        self.blocks: list[tuple[str | None, Any]] = []
        keys = sorted(self.keys_of(self.field))[:MOST_BLOCKS]
        annexes = self.application.annexes.present().filter(slot__in=self.slots)
        for place, key in enumerate([*keys, None]):
            row = self.rows.get((self.field, key)) if key is not None else None
            initial = None if row is None else self.initial_of(row.value) | {"annex": row.annex_id, "page": row.page}
            prefix = f"{self.prefix_name}{place}"
            given = {"data": self.data if self.is_bound else None, "prefix": prefix, "initial": initial}
            self.blocks.append((key, self.block(annexes=annexes, is_new=key is None, **given)))

    def block(self, **given: Any) -> Cited:
        raise NotImplementedError

    def initial_of(self, value: Any) -> dict[str, Any]:
        return dict(value)

    def is_valid(self) -> bool:
        sound = [block.is_valid() for _key, block in self.blocks if not self._removed(block)]
        return super().is_valid() and all(sound)

    def groups(self) -> list[Group]:
        return [Group(key or str(self.new_title), block, key is None) for key, block in self.blocks]

    def answers(self) -> Answers:
        return joined(self._answer(key, block) for key, block in self.blocks)

    def _removed(self, block: Cited) -> bool:
        return block.is_bound and block.add_prefix("remove") in block.data

    def _answer(self, key: str | None, block: Any) -> Answers:
        if key is None and not block.has_changed():
            return Answers()
        if not self._removed(block) and not block.is_valid():
            return Answers()
        if self._removed(block):
            return Answers(unstated=((self.field, key or ""),))
        fact = block.fact()
        renamed = ((self.field, key),) if key is not None and key != fact.key else ()
        return Answers(stated=(fact,), unstated=renamed)
