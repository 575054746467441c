"""Answers and steps as a notebook shows them: brackets drawn by tables, no script, nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Protocol

_MARKS = {True: "✓", False: "✗"}


class _Step(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def latex(self) -> str: ...


class _Misconception(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def feedback(self) -> str: ...


class _PartGrade(Protocol):
    @property
    def symbol(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def verdict(self) -> str: ...
    @property
    def entries(self) -> list[Any] | None: ...
    @property
    def misconception(self) -> _Misconception | None: ...


def attempt_html(answer: Mapping[str, Any], parts: Sequence[_PartGrade]) -> str:
    """Each part with its entries in a column or a matrix, each entry marked by sign and word, and what went wrong."""
    return "".join(_part_html(answer.get(part.symbol), part) for part in parts)


def _part_html(value: Any, part: _PartGrade) -> str:
    known = part.misconception
    said = f"<p><strong>{escape(known.title)}</strong>: {escape(known.feedback)}</p>" if known else ""
    heading = f"<p><em>{escape(part.symbol)}</em>: {escape(part.verdict)}, {part.score:.0%}</p>"
    if part.entries is None:
        return f"<div>{heading}<p>Option {escape(str(value))}</p>{said}</div>"
    marks = [row if isinstance(row, list) else [row] for row in part.entries]
    typed = iter(_flat(value))
    rows = "".join("<tr>" + "".join(_cell(next(typed, None), right) for right in row) + "</tr>" for row in marks)
    return f'<div>{heading}<table aria-label="{escape(part.symbol)}">{rows}</table>{said}</div>'


def _cell(typed: Any, right: bool) -> str:
    word = "right" if right else "not yet"
    return f'<td>{escape("" if typed is None else str(typed))}</td><td title="{word}">{_MARKS[right]}</td>'


def _flat(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    return [leaf for item in value for leaf in _flat(item)]


def question_html(prompt: str, latex: str, asked: Mapping[str, tuple[int, ...]]) -> str:
    """What is asked, its formula, and the form of an answer. asked: symbol -> shape."""
    forms = ", ".join(f"<em>{escape(symbol)}</em> ({' × '.join(map(str, shape))})" for symbol, shape in asked.items())
    return f"<p>{escape(prompt)}</p><p>$\\displaystyle {escape(latex, quote=False)}$</p><p>Answer: {forms}</p>"


def solution_html(steps: Sequence[_Step]) -> str:
    """The worked way as a list, each step with its formula, which the notebook sets."""
    items = "".join(f"<li>{escape(step.text)}<br>$\\displaystyle {escape(step.latex, quote=False)}$</li>" for step in steps)
    return f"<ol>{items}</ol>"


def table_html(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table, its first column the rows' names."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
