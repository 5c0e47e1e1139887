"""Expressions as values, as far as they can be told without running Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from opsready.parse.hcl_syntax import (
    Access,
    Binary,
    Call,
    Conditional,
    For,
    Item,
    Literal,
    ObjectOf,
    Reference,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleOf,
    Unary,
)
from opsready.parse.syntax import Withheld
from opsready.resolve.terraform_functions import call
from opsready.resolve.terraform_values import (
    MAX_ITEMS,
    MAX_TEXT,
    Failed,
    OpenObject,
    Val,
    all_names,
    boolean_of,
    failed,
    first_unknown,
    is_secret,
    joined,
    number_of,
    plain,
    same,
    text_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opsready.parse.hcl_syntax import Expression

_MAX_DEPTH = 60  # each level takes up to nine calls of Python
_MAX_STEPS = 3_000_000
_TOO_MUCH = "there is more to evaluate than is done for one root"
_SHOWN = 60


class Scope(Protocol):
    """What names stand for: a module."""

    def resolve(self, root: str, steps: Sequence[str | Val]) -> tuple[Val, int]:
        """The value that a name and its first steps stand for, and how many steps those were."""


class Budget:
    """How much may still be evaluated for one root, and how deep it is nested now."""

    __slots__ = ("depth", "steps")

    def __init__(self) -> None:
        """Begin with all of it."""
        self.steps = _MAX_STEPS
        self.depth = 0


class Evaluator:
    """Evaluates within a scope; `bound` are the variables of loops around."""

    __slots__ = ("bound", "budget", "scope")

    def __init__(self, scope: Scope, budget: Budget, bound: Mapping[str, Val]) -> None:
        """Evaluate in a scope with variables bound."""
        self.scope = scope
        self.budget = budget
        self.bound = bound

    def binding(self, **names: Val) -> Evaluator:
        """The same with more variables."""
        return Evaluator(self.scope, self.budget, {**self.bound, **names})

    def value(self, node: Expression) -> Val:
        """What an expression stands for."""
        budget = self.budget
        budget.steps -= 1
        if budget.steps < 0 or budget.depth > _MAX_DEPTH:
            return unknown(_TOO_MUCH if budget.steps < 0 else "its value is nested deeper than is followed")
        budget.depth += 1
        try:
            return self._value(node)
        finally:
            budget.depth -= 1

    def _value(self, node: Expression) -> Val:  # noqa: C901 - a line for each kind
        match node:
            case Literal():
                return Val(node.value)
            case Reference():
                return self.steps(node, ())
            case Access():
                return self.steps(node.of, node.steps)
            case Template():
                return self.template(node.parts)
            case Conditional():
                return self.conditional(node)
            case Call():
                return self.call(node)
            case Binary():
                return self.binary(node)
            case Unary():
                return self.unary(node)
            case TupleOf():
                return Val([self.value(item) for item in node.items])
            case ObjectOf():
                return self.object(node)
            case For():
                return self.for_in(node)
            case Splat():
                return self.splat(node)
            case Item():
                return self.bound.get("*", unknown("there is no item here"))
            case TemplateIf() | TemplateFor():
                return self.template((node,))

    def steps(self, of: Expression, written: tuple[str | Expression, ...]) -> Val:
        """A value and the steps from it."""
        steps: list[str | Val] = [step if isinstance(step, str) else self.value(step) for step in written]
        if not isinstance(of, Reference):
            return self.follow(self.value(of), steps)
        if of.name in self.bound:
            return self.follow(self.bound[of.name], steps)
        found, taken = self.scope.resolve(of.name, steps)
        return self.follow(found, steps[taken:])

    def follow(self, found: Val, steps: Sequence[str | Val]) -> Val:
        """The value at the end of some steps."""
        for step in steps:
            if not found.known:
                return found
            found = _step(found, step)
        return found

    def template(self, parts: Sequence[Expression]) -> Val:
        """A text; one part that cannot be told makes all of it unknown."""
        texts: list[str] = []
        used: list[Val] = []
        unclear: Val | None = None
        for value in self.parts(parts):
            used.append(value)
            text = text_of(value.value)
            if not value.known:
                unclear = unclear or value
            elif text is None:
                unclear = unclear or failed("a template takes texts, numbers and booleans", value.names)
            else:
                texts.append(text)
        names = joined(*used)
        if unclear is not None:
            return Val(unclear.value, names)
        if sum(map(len, texts)) > MAX_TEXT:
            return unknown("the text is longer than anybody can mean", names)
        origin = next((value.origin for value in used if value.origin), None)
        return Val("".join(texts), names, origin, secret=any(value.secret for value in used))

    def parts(self, parts: Sequence[Expression]) -> Iterator[Val]:
        for part in parts:
            if isinstance(part, TemplateIf):
                test = self.value(part.condition)
                decided = boolean_of(test.value)
                if decided is None:
                    yield test if not test.known else failed("a condition is true or false", test.names)
                    continue
                yield from self.parts(part.then if decided else part.otherwise)
            elif isinstance(part, TemplateFor):
                collection = self.value(part.collection)
                pairs = _pairs(collection)
                if pairs is None:
                    yield collection if not collection.known else failed("a `for` takes a list or an object")
                    continue
                for key, item in pairs:
                    inner = self.binding(**{part.value: item}, **({part.key: key} if part.key else {}))
                    yield from inner.parts(part.body)
            else:
                yield self.value(part)

    def conditional(self, node: Conditional) -> Val:
        test = self.value(node.condition)
        decided = boolean_of(test.value)
        if decided is not None:
            chosen = self.value(node.then if decided else node.otherwise)
            return Val(chosen.value, chosen.names, chosen.origin or test.origin, secret=chosen.secret)
        if isinstance(test.value, Failed) or test.known:
            return failed("a condition is true or false", test.names)
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        left, right = plain(then), plain(otherwise)
        if not isinstance(left, Withheld) and not isinstance(right, Withheld) and same(left, right):
            return then
        return unknown(test.reason, (*joined(test), *all_names(then), *all_names(otherwise)))

    def call(self, node: Call) -> Val:
        if node.name == "try":
            return self.first_that_works(node.arguments)
        arguments = [self.value(argument) for argument in node.arguments]
        if node.name == "can":
            return (
                unknown(arguments[0].reason)
                if arguments and _is_unclear(arguments[0])
                else Val(bool(arguments) and arguments[0].known)
            )
        if node.name == "sensitive" and arguments:
            return Val(arguments[0].value, arguments[0].names, arguments[0].origin, secret=True)
        if node.expands and arguments:
            last = arguments.pop()
            if not isinstance(last.value, list):
                return last if not last.known else failed(f"`{node.name}` takes a list before `...`", last.names)
            arguments.extend(last.value)
        names = tuple(dict.fromkeys(name for argument in arguments for name in all_names(argument)))
        unclear = first_unknown(*arguments)
        if unclear is not None:
            return Val(unclear.value, names)
        found = call(node.name, arguments)
        self.budget.steps -= sum(len(a.value) for a in arguments if isinstance(a.value, str | list | dict)) // 10
        secret = found.secret or any(is_secret(argument) for argument in arguments)
        origin = found.origin or next((argument.origin for argument in arguments if argument.origin), None)
        return Val(found.value, found.names or (() if found.known else names), origin, secret=secret)

    def first_that_works(self, arguments: Sequence[Expression]) -> Val:
        found = failed("`try` has no argument")
        for argument in arguments:
            found = self.value(argument)
            if not isinstance(found.value, Failed):
                return found
        return found

    def binary(self, node: Binary) -> Val:
        """A chain of operators, from the left, without one call of ours for each."""
        chain: list[Binary] = []
        left: Expression = node
        while isinstance(left, Binary):
            chain.append(left)
            left = left.left
        found = self.value(left)
        for link in reversed(chain):
            found = _operated(link.operator, found, self.value(link.right))
        return found

    def unary(self, node: Unary) -> Val:
        operand = self.value(node.operand)
        if not operand.known:
            return operand
        if node.operator == "!":
            decided = boolean_of(operand.value)
            if decided is not None:
                return Val(not decided, operand.names, operand.origin)
        elif (number := number_of(operand.value)) is not None:
            return Val(-number, operand.names, operand.origin)
        return failed(f"`{node.operator}` does not take this value", operand.names)

    def object(self, node: ObjectOf) -> Val:
        entries: dict[str, Val] = {}
        for key, item in node.items:
            name = self.value(key)
            text = text_of(name.value)
            if text is None:
                return Val(name.value, name.names) if not name.known else failed("a key is a text", name.names)
            entries[text] = self.value(item)
        return Val(entries)

    def for_in(self, node: For) -> Val:
        collection = self.value(node.collection)
        pairs = _pairs(collection)
        if pairs is None:
            return collection if not collection.known else failed("a `for` takes a list or an object", collection.names)
        items: list[Val] = []
        entries: dict[str, Val] = {}
        for key, item in pairs[:MAX_ITEMS]:
            inner = self.binding(**{node.value: item}, **({node.key: key} if node.key else {}))
            if node.condition is not None:
                test = inner.value(node.condition)
                decided = boolean_of(test.value)
                if decided is None:
                    return (
                        Val(test.value, joined(test, collection)) if not test.known else failed("`if` takes a boolean")
                    )
                if not decided:
                    continue
            result = inner.value(node.result)
            if node.result_key is None:
                items.append(result)
                continue
            name = inner.value(node.result_key)
            text = text_of(name.value)
            if text is None:
                return Val(name.value, joined(name, collection)) if not name.known else failed("a key is a text")
            if not node.groups:
                entries[text] = result
            elif text in entries:
                entries[text].value.append(result)  # type: ignore[attr-defined]
            else:
                entries[text] = Val([result])
        return Val(items if node.result_key is None else entries, collection.names, collection.origin)

    def splat(self, node: Splat) -> Val:
        of = self.value(node.of)
        if not of.known:
            return of
        items = of.value if isinstance(of.value, list) else [] if of.value is None else [of]
        inner = [self.binding(**{"*": item}).value(node.each) for item in items]
        return Val(inner, of.names, of.origin)


def _step(found: Val, step: str | Val) -> Val:
    names = found.names if isinstance(step, str) else joined(found, step)
    key = step if isinstance(step, str) else step.value
    if isinstance(key, Withheld):
        return Val(key, (*names, *all_names(found)))
    held = found.value
    if isinstance(held, dict):
        text = text_of(key)
        if text is not None and text in held:
            return _inside(found, held[text], names)
        why = f"it has no `{str(key)[:_SHOWN]}` here"
        return unknown(why, names) if isinstance(held, OpenObject) else failed(why, names)
    if isinstance(held, list):
        index = number_of(key)
        if index is not None and index == int(index) and 0 <= index < len(held):
            return _inside(found, held[int(index)], names)
        return failed(f"there is no item `{str(key)[:_SHOWN]}` here", names)
    return failed(f"`{str(key)[:_SHOWN]}` is taken of what has no parts", names)


def _inside(outer: Val, inner: Val, names: tuple[str, ...]) -> Val:
    return Val(
        inner.value, tuple(dict.fromkeys((*inner.names, *names))), inner.origin or outer.origin,
        secret=inner.secret or outer.secret,
    )  # fmt: skip


def _pairs(collection: Val) -> list[tuple[Val, Val]] | None:
    held = collection.value
    if isinstance(held, list):
        return [(Val(index), item) for index, item in enumerate(held)]
    if isinstance(held, dict):
        return [(Val(key), held[key]) for key in sorted(held)]
    return None


def _is_unclear(value: Val) -> bool:
    return not value.known and not isinstance(value.value, Failed)


def _operated(operator: str, left: Val, right: Val) -> Val:
    names = joined(left, right)
    origin = left.origin or right.origin
    if operator in {"&&", "||"}:
        return _logic(operator, left, right, names)
    if operator in {"==", "!="}:
        first, second = plain(left), plain(right)
        unclear = next((side for side in (first, second) if isinstance(side, Withheld)), None)
        if unclear is not None:
            return Val(unclear, names)
        return Val(same(first, second) == (operator == "=="), names, origin)
    unknown_side = first_unknown(left, right)
    if unknown_side is not None:
        return Val(unknown_side.value, names)
    a, b = number_of(left.value), number_of(right.value)
    if a is None or b is None:
        return failed(f"`{operator}` takes numbers", names)
    try:
        return Val(_computed(operator, a, b), names, origin)
    except (ZeroDivisionError, OverflowError):
        return failed(f"`{operator}` has no result for `{a}` and `{b}`"[:200], names)


def _logic(operator: str, left: Val, right: Val, names: tuple[str, ...]) -> Val:
    decisive = operator == "||"
    for side in (left, right):
        if boolean_of(side.value) is decisive:
            return Val(decisive, side.names, side.origin)
    unclear = first_unknown(left, right)
    if unclear is not None:
        return Val(unclear.value, names)
    if boolean_of(left.value) is None or boolean_of(right.value) is None:
        return failed(f"`{operator}` takes booleans", names)
    return Val(not decisive, names, left.origin or right.origin)


def _computed(operator: str, a: float, b: float) -> int | float | bool:
    match operator:
        case "+":
            result = a + b
        case "-":
            result = a - b
        case "*":
            result = a * b
        case "/":
            result = a / b
        case "%":
            result = a - b * int(a / b)
        case "<":
            return a < b
        case ">":
            return a > b
        case "<=":
            return a <= b
        case _:
            return a >= b
    if isinstance(result, int):
        if abs(result) >= 1 << 512:
            raise OverflowError
        return result
    return int(result) if result.is_integer() else result
