"""Small faults put into a rule on purpose: each must be noticed by the rule's page or a claim about it.

A mutant is the rule's module with one thing changed: a condition negated, one side of an `and` or `or` left out, a
threshold moved by one, a limit made inclusive or exclusive, or `applies` that always answers the same.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_NEIGHBOUR: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_YES = "return Yes()"
_NO = "return NotApplicable('mutated')"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed module; `what` says what was changed on which line of the rule."""

    what: str
    line: int
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a rule's module, in the order of its lines."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for index, node in enumerate(nodes):
        for what, change in _changes(node):
            mutated = copy.deepcopy(tree)
            target = list(ast.walk(mutated))[index]
            change(target)
            line = node.ifs[0].lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 0)
            yield Mutant(what, line, ast.fix_missing_locations(mutated))


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """What can be done to one node."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            pass  # nothing of it runs
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield f"`{ast.unparse(test)}` negated", _negate("test")
        case ast.comprehension(ifs=filters):
            for place, condition in enumerate(filters):
                yield f"filter `{ast.unparse(condition)}` negated", _negate_filter(place)
        case ast.Return(value=ast.Compare() as value) | ast.Return(value=ast.UnaryOp(op=ast.Not()) as value):
            yield f"answer `{ast.unparse(value)}` negated", _negate("value")
        case ast.BoolOp(values=values) if not any(map(_is_a_fallback, values)):
            for place, operand in enumerate(values):
                yield f"`{ast.unparse(operand)}` left out", _drop(place)
        case ast.match_case(guard=ast.expr() as guard):
            yield f"guard `{ast.unparse(guard)}` negated", _negate("guard")
        case ast.FunctionDef(name="applies"):
            yield "`applies` always says yes", _answer(_YES)
            yield "`applies` always says no", _answer(_NO)
        case ast.ClassDef(bases=bases) if _without_applies(node) and any("Rule" in ast.unparse(b) for b in bases):
            yield "`applies` always says no", _refuse
        case _:
            yield from _moved(node)


def _is_a_fallback(operand: ast.expr) -> bool:
    """Whether an `or` takes the first value that there is, as `probe.place or self.place` does, and decides nothing."""
    return isinstance(operand, ast.Constant | ast.Tuple) or (
        isinstance(operand, ast.Attribute) and operand.attr == "place"
    )


def _moved(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """Thresholds by one, limits from inclusive to exclusive and back."""
    match node:
        case ast.Compare(ops=ops, comparators=comparators):
            for place, operator in enumerate(ops):
                if type(operator) in _NEIGHBOUR:
                    yield f"limit of `{ast.unparse(node)}` moved", _neighbour(place)
            for place, number in enumerate(comparators):
                if _is_number(number):
                    for step in (1, -1):
                        yield f"number in `{ast.unparse(node)}` moved by {step}", _shift_comparator(place, step)
        case ast.Assign(value=value) if _is_number(value):
            for step in (1, -1):
                yield f"`{ast.unparse(node)}` moved by {step}", _shift_value(step)
        case _:
            pass


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def _without_applies(node: ast.ClassDef) -> bool:
    return not any(isinstance(item, ast.FunctionDef) and item.name == "applies" for item in node.body)


def _negate(attribute: str) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        setattr(node, attribute, ast.UnaryOp(ast.Not(), getattr(node, attribute)))

    return change


def _negate_filter(place: int) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.comprehension)
        node.ifs[place] = ast.UnaryOp(ast.Not(), node.ifs[place])

    return change


def _drop(place: int) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.BoolOp)
        if len(node.values) > 2:
            del node.values[place]
        else:
            # One operand alone is as good as the same operand twice.
            node.values[place] = node.values[1 - place]

    return change


def _answer(statement: str) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.FunctionDef)
        node.body = [_NEEDED, *ast.parse(statement).body]

    return change


def _refuse(node: ast.AST) -> None:
    assert isinstance(node, ast.ClassDef)
    function = ast.parse(f"def applies(self, subject, context, /):\n    {_IMPORT}\n    {_NO}").body[0]
    node.body.append(function)


_IMPORT = "from opsready.api import NotApplicable, Yes"
_NEEDED = ast.parse(_IMPORT).body[0]


def _neighbour(place: int) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.Compare)
        node.ops[place] = _NEIGHBOUR[type(node.ops[place])]()

    return change


def _shift_comparator(place: int, step: int) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.Compare)
        node.comparators[place] = _shifted(node.comparators[place], step)

    return change


def _shift_value(step: int) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.Assign)
        node.value = _shifted(node.value, step)

    return change


def _shifted(node: ast.AST, step: int) -> ast.Constant:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int | float)
    return ast.Constant(node.value + step)
