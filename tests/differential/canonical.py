"""One form for what two readers of HCL understood, so that they can be compared: nested tuples, texts decoded.

A heredoc is its own text, since python-hcl2 does not look into it. Signs before numbers are part of them.
"""

from __future__ import annotations

import re
from typing import Any

from hcl2.api import parses_to_tree
from lark import Token, Tree

from opsready.parse import hcl_syntax as hcl
from opsready.parse.hcl import HclFile
from opsready.parse.hcl_scan import heredoc_end

Canonical = Any
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


# --- ours --------------------------------------------------------------------------------------------------------


def ours(file: HclFile) -> Canonical:
    """A file as opsready read it."""
    return _our_body(file.body, file.lines.text)


def _our_body(body: hcl.Body, text: str) -> Canonical:
    items = [(found.start, ("attribute", found.name, our_expression(found.expression(), text)))
             for found in body.attributes.values()]  # fmt: skip
    items += [(block.start, ("block", block.type, *block.labels, _our_body(block.body, text))) for block in body.blocks]
    return tuple(item for _, item in sorted(items, key=lambda item: item[0]))


def our_expression(node: hcl.Expression, text: str) -> Canonical:  # noqa: C901 - a line for each kind
    """An expression as opsready read it."""
    if text.startswith("<<", node.at) and isinstance(node, hcl.Literal | hcl.Template):
        return ("heredoc", _heredoc(text[node.at : heredoc_end(text, node.at)]))
    match node:
        case hcl.Literal():
            return _number(node.value) if _is_number(node.value) else ("literal", node.value)
        case hcl.Template():
            return ("template", *_our_parts(node.parts, text))
        case hcl.TemplateIf():
            then, otherwise = _our_parts(node.then, text), _our_parts(node.otherwise, text)
            return ("template-if", our_expression(node.condition, text), then, otherwise)
        case hcl.TemplateFor():
            body = _our_parts(node.body, text)
            return ("template-for", node.key, node.value, our_expression(node.collection, text), body)
        case hcl.Reference():
            return ("name", node.name)
        case hcl.Item():
            return ("item",)
        case hcl.Access():
            found = our_expression(node.of, text)
            for step in node.steps:
                found = ("attr", found, step) if isinstance(step, str) else ("index", found, our_expression(step, text))
            return found
        case hcl.Splat():
            return ("splat", our_expression(node.of, text), our_expression(node.each, text))
        case hcl.Call():
            return ("call", node.name, node.expands, *(our_expression(found, text) for found in node.arguments))
        case hcl.Unary():
            return ("unary", node.operator, our_expression(node.operand, text))
        case hcl.Binary():
            return ("binary", node.operator, our_expression(node.left, text), our_expression(node.right, text))
        case hcl.Conditional():
            return (
                "conditional",
                *(our_expression(part, text) for part in (node.condition, node.then, node.otherwise)),
            )
        case hcl.TupleOf():
            return ("tuple", *(our_expression(found, text) for found in node.items))
        case hcl.ObjectOf():
            return ("object", *((our_expression(k, text), our_expression(v, text)) for k, v in node.items))
        case hcl.For():
            parts = (node.result_key, node.result, node.condition)
            read = (our_expression(part, text) if part is not None else None for part in parts)
            return ("for", node.key, node.value, our_expression(node.collection, text), *read, node.groups)


def _our_parts(parts: tuple[hcl.Expression, ...], text: str) -> Canonical:
    return tuple(our_expression(part, text) for part in parts)


# --- python-hcl2 -------------------------------------------------------------------------------------------------


def theirs(text: str) -> Canonical:
    """A text as python-hcl2 reads it."""
    (body,) = parses_to_tree(text).children
    return _body(body)


def _body(body: Tree) -> Canonical:
    return tuple(_item(item) for item in _parts(body))


def _parts(tree: Tree) -> list[Any]:
    return [child for child in tree.children
            if child is not None and not (isinstance(child, Tree) and child.data == "new_line_or_comment")]  # fmt: skip


def _item(item: Tree) -> Canonical:
    parts = _parts(item)
    if item.data == "attribute":
        return ("attribute", _name(parts[0]), _expression(parts[-1]))
    words = [part for part in parts[:-1] if not (isinstance(part, Token) and part.type in {"LBRACE", "RBRACE"})]
    body = next(part for part in parts if isinstance(part, Tree) and part.data == "body")
    words = [part for part in words if part is not body]
    labels = [_text(part) if part.data == "string" else _name(part) for part in words]
    return ("block", *labels, _body(body))


def _name(tree: Tree | Token) -> str:
    return str(tree) if isinstance(tree, Token) else _name(tree.children[0])


def _text(string: Tree) -> str:
    found = _string(string)
    return str(found[1])


def _expression(tree: Tree) -> Canonical:
    handler = _HANDLERS.get(tree.data)
    if handler is None:
        message = f"{tree.data} is not known here"
        raise NotImplementedError(message)
    return handler(tree)


def _term(tree: Tree) -> Canonical:
    return _expression(next(part for part in _parts(tree) if isinstance(part, Tree)))


def _trees(tree: Tree) -> list[Tree]:
    return [part for part in _parts(tree) if isinstance(part, Tree)]


def _string(tree: Tree) -> Canonical:
    flat: list[Canonical] = []
    for part in tree.children:
        if isinstance(part, Token):
            continue
        (inner, *_) = part.children
        if isinstance(inner, Token):
            written = str(inner)
            if inner.type.startswith("ESCAPED"):
                written = written[1:]
            flat.append(("text", _decoded(written)))
        elif inner.data == "interpolation":
            flat.append(("fill", _expression(_trees(inner)[0])))
        else:
            flat.append((inner.data, inner))
    return _assembled(flat)


def _assembled(flat: list[Canonical]) -> Canonical:
    if len(flat) == 1 and flat[0][0] == "fill":
        return flat[0][1]
    _strip(flat)
    stack: list[tuple[Tree | None, list[list[Canonical]]]] = [(None, [[]])]
    for kind, value in flat:
        into = stack[-1][1][-1]
        if kind == "text":
            if value:
                into.append(("literal", value))
        elif kind == "fill":
            into.append(value)
        elif kind in {"template_if_start", "template_for_start"}:
            stack.append((value, [[]]))
        elif kind == "template_else":
            stack[-1][1].append([])
        else:
            opened, halves = stack.pop()
            stack[-1][1][-1].append(_directive(opened, halves))
    parts = _joined(stack[0][1][0])
    if not parts:
        return ("literal", "")
    return parts[0] if len(parts) == 1 and _is_text(parts[0]) else ("template", *parts)


def _strip(flat: list[Canonical]) -> None:
    for index, (kind, value) in enumerate(flat):
        if not kind.startswith("template"):
            continue
        marks = [position for position, child in enumerate(value.children)
                 if isinstance(child, Token) and child.type == "STRIP_MARKER"]  # fmt: skip
        if 1 in marks and index and flat[index - 1][0] == "text":
            flat[index - 1] = ("text", flat[index - 1][1].rstrip())
        if any(mark > 1 for mark in marks) and index + 1 < len(flat) and flat[index + 1][0] == "text":
            flat[index + 1] = ("text", flat[index + 1][1].lstrip())


def _directive(opened: Tree | None, halves: list[list[Canonical]]) -> Canonical:
    assert opened is not None
    trees = _trees(opened)
    if opened.data == "template_if_start":
        then, otherwise = halves[0], halves[1] if len(halves) > 1 else []
        return ("template-if", _expression(trees[-1]), _joined(then), _joined(otherwise))
    names = [_name(tree) for tree in trees[:-1]]
    key, value = names if len(names) > 1 else ("", names[0])
    return ("template-for", key, value, _expression(trees[-1]), _joined(halves[0]))


def _is_text(part: Canonical) -> bool:
    return part[0] == "literal" and isinstance(part[1], str)


def _joined(parts: list[Canonical]) -> Canonical:
    joined: list[Canonical] = []
    for part in parts:
        if joined and _is_text(part) and _is_text(joined[-1]):
            joined[-1] = ("literal", joined[-1][1] + part[1])
        else:
            joined.append(part)
    return tuple(joined)


def _decoded(text: str) -> str:
    def meant(found: re.Match[str]) -> str:
        escaped = found[1]
        return chr(int(escaped[1:], 16)) if escaped[0] in "uU" and len(escaped) > 1 else _LETTERS.get(escaped, escaped)

    return _ESCAPE.sub(meant, text)


def _steps(of: Canonical, parts: list[Tree]) -> Canonical:
    for part in parts:
        if part.data == "get_attr":
            of = ("attr", of, _name(part.children[-1]))
        elif part.data == "short_index":
            of = ("index", of, _number(int(part.children[-1])))
        else:
            of = ("index", of, _expression(_trees(part)[0]))
    return of


def _stepped(tree: Tree) -> Canonical:
    """`of` and one more step; what follows a full splat belongs to its items."""
    of, step = _trees(tree)
    found = _expression(of)
    if step.data in {"attr_splat", "full_splat"}:
        return _onto(found, ("splat", None, _steps(("item",), _trees(step))))
    return _onto(found, ("step", step))


def _onto(of: Canonical, what: Canonical) -> Canonical:
    if what[0] == "splat":
        return ("splat", of, what[2])
    return _steps(of, [what[1]])


def _call(tree: Tree) -> Canonical:
    names = [str(part.children[0]) for part in tree.children if isinstance(part, Tree) and part.data == "identifier"]
    arguments = next((part for part in _trees(tree) if part.data == "arguments"), None)
    expands = arguments is not None and any(
        isinstance(part, Token) and part.type == "ELLIPSIS" for part in arguments.children
    )
    read = [_expression(part) for part in _trees(arguments)] if arguments is not None else []
    return ("call", "::".join(names), expands, *read)


def _object(tree: Tree) -> Canonical:
    items = []
    for item in _trees(tree):
        key, value = _trees(item)
        (inner,) = [part for part in _parts(key) if isinstance(part, Tree | Token)]
        items.append((_key(inner), _expression(value)))
    return ("object", *items)


def _key(tree: Tree) -> Canonical:
    bare = tree
    while isinstance(bare, Tree) and bare.data == "expr_term" and not _has_bracket(bare):
        bare = _trees(bare)[0]
    if bare.data in {"identifier", "literal_value", "keyword"}:
        return ("literal", str(bare.children[0]))
    return _expression(tree)


def _has_bracket(tree: Tree) -> bool:
    return any(isinstance(part, Token) and part.type == "LPAR" for part in tree.children)


def _for(tree: Tree) -> Canonical:
    trees = _trees(tree)
    intro = _trees(trees[0])
    names = [_name(part) for part in intro[:-1]]
    key, value = names if len(names) > 1 else ("", names[0])
    condition = _expression(_trees(trees[-1])[0]) if trees[-1].data == "for_cond" else None
    results = [_expression(part) for part in trees[1:] if part.data != "for_cond"]
    groups = any(isinstance(part, Token) and part.type == "ELLIPSIS" for part in tree.children)
    result_key = results[0] if tree.data == "for_object_expr" else None
    return ("for", key, value, _expression(intro[-1]), result_key, results[-1], condition, groups)


def _binary(tree: Tree) -> Canonical:
    left, term = _trees(tree)
    operator, right = _trees(term)
    return ("binary", str(operator.children[0]).strip(), _expression(left), _expression(right))


def _unary(tree: Tree) -> Canonical:
    sign, operand = str(tree.children[0]), _expression(_trees(tree)[0])
    if sign == "-" and operand[0] == "number":
        return _number(-operand[1])
    return ("unary", sign, operand)


def _heredoc(written: str) -> str:
    return written.rstrip().replace("\r\n", "\n")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> Canonical:
    return ("number", int(value) if float(value).is_integer() else float(value))


_WORDS = {"true": True, "false": False, "null": None}
_HANDLERS = {
    "expr_term": _term,
    "identifier": lambda tree: ("name", str(tree.children[0])),
    "literal_value": lambda tree: ("literal", _WORDS[str(tree.children[0])]),
    "int_lit": lambda tree: _number(int(tree.children[0])),
    "float_lit": lambda tree: _number(float(tree.children[0])),
    "string": _string,
    "heredoc_template": lambda tree: ("heredoc", _heredoc(str(tree.children[0]))),
    "heredoc_template_trim": lambda tree: ("heredoc", _heredoc(str(tree.children[0]))),
    "get_attr_expr_term": _stepped,
    "index_expr_term": _stepped,
    "attr_splat_expr_term": _stepped,
    "full_splat_expr_term": _stepped,
    "function_call": _call,
    "tuple": lambda tree: ("tuple", *(_expression(part) for part in _trees(tree))),
    "object": _object,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
    "conditional": lambda tree: ("conditional", *(_expression(part) for part in _trees(tree))),
    "binary_op": _binary,
    "unary_op": _unary,
}
