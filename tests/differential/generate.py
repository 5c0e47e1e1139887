"""Random HCL that Terraform accepts, and damage to it. The same seed gives the same text."""

from __future__ import annotations

from random import Random

_NAMES = ("var", "local", "each", "aws_s3_bucket", "count", "x", "name-2", "_y", "module", "data", "in_use", "format")
_WORDS = ("name", "tags", "size", "Owner", "env", "main", "if", "for", "in", "a-b", "id")
_TEXTS = ("", "shop", "10.0.0.0/16", "a b", "t3.micro", "# no comment", "// none", "{", ")", "$5", "100%", "\\n", '\\"',
          "\\\\", "$${x}", "%%{y}", "é", "a = b", "<<EOT", "/* x */")  # fmt: skip
_BINARY = ("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||")
_COMMENTS = ("# why", "// because", "/* so */", "# {", '# "', "# EOT")
_LINES = ("echo hi", "  indented", "", "name: ${var.name}", 'a "quote', "}", "\\ back", "50% $5", "# not a comment")


class Generator:
    """A source of files, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def file(self) -> str:
        """Blocks and comments, as a `.tf` file has them."""
        pick = self.random
        items = [self.block(0) if pick.random() < 0.8 else self.attribute(0) for _ in range(pick.randint(1, 2))]
        if pick.random() < 0.3:
            items.insert(0, pick.choice(_COMMENTS))
        return "\n\n".join(_distinct(items)) + "\n"

    def block(self, depth: int) -> str:
        pick, pad = self.random, "  " * depth
        words = [pick.choice(("resource", "module", "locals", "dynamic", "variable", "content"))]
        words += [f'"{pick.choice(_NAMES)}"' for _ in range(pick.randint(0, 2))]
        head = " ".join(words)
        if depth and pick.random() < 0.2:
            return f"{pad}{head} {{{pick.choice(('', f' {pick.choice(_WORDS)} = {self.expression(2)} '))}}}"
        items = [self.attribute(depth + 1) for _ in range(pick.randint(0, 2))]
        if depth < 2:
            items += [self.block(depth + 1) for _ in range(pick.randint(0, 1))]
        if pick.random() < 0.2:
            items.append("  " * (depth + 1) + pick.choice(_COMMENTS))
        inner = "\n".join(_distinct(items))
        comment = pick.choice(("", "", "", " # opens"))
        return f"{pad}{head} {{{comment}\n{inner}\n{pad}}}" if inner else f"{pad}{head} {{{comment}\n{pad}}}"

    def attribute(self, depth: int) -> str:
        pick, pad = self.random, "  " * depth
        name = f"{pick.choice(_WORDS)}{pick.randint(0, 99)}"
        if pick.random() < 0.08:
            return f"{pad}{name} = {self.heredoc(pad)}"
        comment = pick.choice(("", "", "", "", " # why", " // because"))
        return f"{pad}{name}{' ' * pick.randint(1, 3)}= {self.expression(0)}{comment}"

    def heredoc(self, pad: str) -> str:
        pick = self.random
        marker = pick.choice(("EOT", "EOF", "A-B"))
        lines = [pick.choice(_LINES) for _ in range(pick.randint(1, 3))]
        if pick.random() < 0.5:
            return f"<<{marker}\n" + "\n".join(lines) + f"\n{marker}"
        return f"<<-{marker}\n" + "\n".join(f"{pad}  {line}" for line in lines) + f"\n{pad}{marker}"

    def expression(self, depth: int) -> str:
        pick = self.random
        makers = [self.scalar, self.text, self.traversal]
        if depth < 3:
            makers += [self.traversal, self.call, self.tuple_of, self.object_of, self.binary, self.conditional]
            makers += [self.for_in, self.sign, self.splat, self.template]
        return pick.choice(makers)(depth + 1)

    def scalar(self, depth: int) -> str:
        return self.random.choice(("1", "0", "42", "3.14", "1e5", "2.5e-3", "true", "false", "null", "007"))

    def text(self, depth: int) -> str:
        return f'"{self.random.choice(_TEXTS)}"'

    def traversal(self, depth: int) -> str:
        pick = self.random
        steps = []
        for _ in range(pick.randint(0, 3)):
            steps.append(pick.choice((f".{pick.choice(_WORDS[:5])}", "[0]", '["key"]', ".0", "[each.key]")))
            if steps[-1] == ".0":
                break
        return pick.choice(_NAMES) + "".join(steps)

    def splat(self, depth: int) -> str:
        return self.random.choice(("x[*].id", "x.*.id", "var.a[*]", "x[*].a[0].b", "x.y.*.id.name"))

    def call(self, depth: int) -> str:
        pick = self.random
        name = pick.choice(("merge", "lookup", "try", "provider::aws::arn_parse", "f"))
        arguments = [self.expression(depth) for _ in range(pick.randint(0, 3))]
        if arguments and pick.random() < 0.15:
            arguments[-1] += "..."
        gap = pick.choice((", ", ",", ",\n  "))
        return f"{name}({gap.join(arguments)})"

    def tuple_of(self, depth: int) -> str:
        pick = self.random
        items = [self.expression(depth) for _ in range(pick.randint(0, 3))]
        if items and pick.random() < 0.4:
            return "[\n  " + ",\n  ".join(items) + pick.choice((",", "")) + "\n]"
        return "[" + ", ".join(items) + "]"

    def object_of(self, depth: int) -> str:
        pick = self.random
        keys = (lambda: pick.choice(_WORDS[:5]), lambda: '"quoted key"', lambda: f"(var.{pick.choice(_WORDS[:5])})",
                lambda: '"${var.x}-y"')  # fmt: skip
        items = [
            f"{pick.choice(keys)()} {pick.choice(('=', ':'))} {self.expression(depth)}"
            for _ in range(pick.randint(0, 3))
        ]
        if items and pick.random() < 0.6:
            return "{\n  " + pick.choice(("\n  ", ",\n  ")).join(items) + "\n}"
        return "{ " + ", ".join(items) + " }" if items else "{}"

    def binary(self, depth: int) -> str:
        pick = self.random
        parts = [self.operand(depth)]
        for _ in range(pick.randint(1, 3)):
            parts += [pick.choice(_BINARY), self.operand(depth)]
        return " ".join(parts)

    def operand(self, depth: int) -> str:
        return f"({self.expression(depth)})" if self.random.random() < 0.3 else self.traversal(depth)

    def conditional(self, depth: int) -> str:
        yes, no = self.expression(depth), self.expression(depth)
        if self.random.random() < 0.2:
            return f"({self.operand(depth)}\n  ? {yes}\n  : {no})"
        return f"{self.operand(depth)} ? {yes} : {no}"

    def sign(self, depth: int) -> str:
        return self.random.choice(("!", "-")) + self.operand(depth)

    def for_in(self, depth: int) -> str:
        pick = self.random
        names = pick.choice(("v", "k, v"))
        condition = pick.choice(("", "", f" if {self.operand(depth)}"))
        collection, result = self.operand(depth), self.expression(depth)
        if pick.random() < 0.5:
            return f"[for {names} in {collection} : {result}{condition}]"
        groups = pick.choice(("", "..."))
        return f"{{for {names} in {collection} : {self.operand(depth)} => {self.operand(depth)}{groups}{condition}}}"

    def template(self, depth: int) -> str:
        pick = self.random
        inner = self.expression(max(depth, 3))
        if "\n" in inner or "<<" in inner:
            inner = "var.x"
        form = pick.choice(
            ("a-${%s}", "${%s}", "%%{if x}${%s}%%{else}b%%{endif}", "%%{for k in x}${k}%%{endfor}%s", "${%s}${x}b")
        )
        return '"' + (form % (inner if "${%s}" in form else "z")) + '"'


def _distinct(items: list[str]) -> list[str]:
    """Items whose attributes have names of their own."""
    seen: set[str] = set()
    kept = []
    for item in items:
        name = item.lstrip().partition("=")[0].strip()
        if name in seen:
            continue
        seen.add(name)
        kept.append(item)
    return kept


def damaged(text: str, random: Random) -> str:
    """The text with one small thing wrong in it, perhaps."""
    at = random.randrange(len(text))
    how = random.randrange(5)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + random.choice('"{}[]()=,.:?\n<>#/*$%\\-!&|x1 ') + text[at:]
    if how == 2:
        return text[:at]
    if how == 3:
        end = min(len(text), at + random.randrange(1, 12))
        return text[:at] + text[end:]
    return text[:at] + text[at:].replace(random.choice(("=", '"', "{", "}", "\n", "EOT", ",", "(")), "", 1)
