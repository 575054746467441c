"""The questions of an assignment as sheets to write on or to read: under the item's own id, never the question's."""

from dataclasses import fields

from app.engine.skills import SKILLS
from app.services.practice import AttemptRow
from app.services.sitting_views import ShownItem, ShownTry, SittingView
from app.web.assignment_contexts import ItemSheet, TrySheet
from app.web.sheet import Sheet, blank_sheet, fill_in, mark, set_apart

_ROW = {field.name for field in fields(AttemptRow)}


def item_sheets(view: SittingView, together: bool = False) -> list[ItemSheet]:
    """Every item with what may be written on, and what was handed in. together: one page shows them all, to be read."""
    sheets = []
    for one in view.items:
        apart = f"q{one.item.position + 1}."
        written = _open_sheet(one)
        if together and written is not None:
            set_apart(written, apart)
        tries = [TrySheet(shown, set_apart(_try_sheet(one, shown), f"{apart}try{shown.number}.")) for shown in one.tries]
        sheets.append(ItemSheet(one, SKILLS[one.item.skill].title, written, tries))
    return sheets


def _open_sheet(one: ShownItem) -> Sheet | None:
    if one.question is None:
        return None
    sheet = blank_sheet(one.question)
    sheet.question_id = one.item.id
    return fill_in(sheet, one.draft, []) if isinstance(one.draft, dict) else sheet


def _try_sheet(one: ShownItem, shown: ShownTry) -> Sheet:
    sheet = blank_sheet(shown.question)
    sheet.question_id = one.item.id
    if not shown.record:
        return fill_in(sheet, shown.answer, [])
    kept = {name: value for name, value in shown.record.items() if name in _ROW}
    row = AttemptRow(**kept, id=0, learner_id="", submitted_at=shown.submitted_at, first_try=False, solution_shown=False)
    mark(sheet, row)
    if not shown.hinted:
        for part in sheet.parts:  # what the verdict would say of mistakes, also that there is none, is a hint
            part.outcome = None
    return sheet
