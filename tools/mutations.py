"""Small ways to break a module, one at a time: what a mutant is, and which ones a module has.

The changes are those that the field's tools make (another operator, another comparison, a number one larger, a condition
that always or never holds, an argument left out), and a few that NumPy code invites: any for all, the smaller for the
larger, no absolute value, a slice without its bound. They are made everywhere in a module, so also in its tables; mutmut
leaves alone whatever stands outside a function, and that is where the wrong rules live. Prose and LaTeX are left as they
are: no test should pin a sentence word by word.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 160  # characters of a change as it is shown
# Not run, or run before anything could notice.
_SKIPPED = {"annotation", "returns", "decorator_list", "type_comment", "format_spec"}

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_NAMES = {"all": "any", "any": "all", "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum"}
_SIZES = {"abs", "copy_abs"}  # what they take is left as it is


@dataclass(frozen=True)
class Mutant:
    """file: from the root. scope: the function, or "" outside all. source: the line as it is written. change: before → after,
    as Python. at: where in `tree`.
    """

    file: str
    line: int
    scope: str
    source: str
    change: str
    tree: ast.Module
    at: tuple[ast.AST, str, int | None]
    replacement: ast.AST

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same when lines move."""
        return self.file, self.source, self.change

    def broken(self) -> ast.Module:
        """The module with the change made. `tree` itself is changed, so this is for a process that ends after it."""
        parent, field, place = self.at
        if place is None:
            setattr(parent, field, self.replacement)
        else:
            getattr(parent, field)[place] = self.replacement
        return ast.fix_missing_locations(self.tree)


def mutants(file: str) -> list[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    text = Path(file).read_text("utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    return [
        Mutant(file, line, scope, lines[line - 1].strip(), _shown(old, new), tree, at, new)
        for at, old, line, scope in _nodes(tree, 1, "")
        for new in _variants(old)
    ]


def _nodes(parent: ast.AST, above: int, scope: str) -> Iterator[tuple[tuple[ast.AST, str, int | None], ast.AST, int, str]]:
    """Every node that could be another: where it hangs, itself, its line, and the function it stands in."""
    for field, value in ast.iter_fields(parent):
        if field in _SKIPPED:
            continue
        children = [(k, child) for k, child in enumerate(value)] if isinstance(value, list) else [(None, value)]
        for place, child in children:
            if not isinstance(child, ast.AST) or _left_alone(parent, child):
                continue
            line = getattr(child, "lineno", above)
            inner = scope
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inner = f"{scope}.{child.name}" if scope else child.name
            else:
                yield (parent, field, place), child, line, scope
            yield from _nodes(child, line, inner)


def _left_alone(parent: ast.AST, child: ast.AST) -> bool:
    """Docstrings, keys, prose and LaTeX, and the number behind a sign."""
    if isinstance(child, ast.Expr):
        return isinstance(child.value, ast.Constant)
    if isinstance(parent, ast.UnaryOp) and isinstance(child, ast.Constant):
        return True  # -1 becomes 1 by its sign; -2 would be the same to NumPy where a length is left open
    if not (isinstance(child, ast.Constant) and isinstance(child.value, str)):
        return False
    key = isinstance(parent, ast.Subscript) or (isinstance(parent, ast.Dict) and child in parent.keys)
    return key or isinstance(parent, ast.JoinedStr) or not child.value.replace("-", "").replace("_", "").isalnum()


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """What a node is changed to."""
    match node:
        case ast.Constant(value=bool() as truth):
            yield ast.Constant(not truth)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1)
        case ast.Constant(value=str() as text):
            yield ast.Constant(f"{text}X")
        case ast.BinOp() if type(node.op) in _OPERATORS:
            yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)
        case ast.AugAssign():
            yield ast.AugAssign(node.target, _OPERATORS[type(node.op)](), node.value)
            yield ast.copy_location(ast.Assign([node.target], node.value), node)
        case ast.Compare():
            for k, operator in enumerate(node.ops):
                yield ast.Compare(
                    node.left, [*node.ops[:k], _COMPARISONS[type(operator)](), *node.ops[k + 1 :]], node.comparators
                )
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp():
            yield node.operand
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.If():
            for holds in (True, False):
                yield ast.If(ast.Constant(holds), node.body, node.orelse)
        case ast.comprehension() if node.ifs:
            for k in range(len(node.ifs)):
                yield ast.comprehension(node.target, node.iter, node.ifs[:k] + node.ifs[k + 1 :], node.is_async)
        case ast.Slice():
            for field in ("lower", "upper", "step"):
                if getattr(node, field) is not None:
                    shorter = copy.copy(node)
                    setattr(shorter, field, None)
                    yield shorter
        case ast.Call():
            yield from _calls(node)
        case ast.Lambda():
            yield ast.Lambda(node.args, ast.Constant(None))
        case ast.Raise() | ast.Break() | ast.Expr():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    match node.func:
        case ast.Attribute(attr=name) if name in _NAMES:
            yield ast.Call(ast.Attribute(node.func.value, _NAMES[name], ast.Load()), node.args, node.keywords)
        case ast.Name(id=name) if name in _NAMES:
            yield ast.Call(ast.Name(_NAMES[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in _SIZES:
            yield node.args[0] if node.args else node.func.value  # type: ignore[union-attr]
    for k in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:k] + node.keywords[k + 1 :])


def _shown(old: ast.AST, new: ast.AST) -> str:
    if isinstance(old, ast.If):
        return f"if {_short(old.test)} → if {_short(new.test)}"  # type: ignore[attr-defined]
    return f"{_short(old)} → {_short(new)}"


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
