"""`opsready waive`: accept a fault for a while, on the word of two people, in `.opsready/waivers.yaml`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from opsready.cli.examined import examined
from opsready.errors import UsageError
from opsready.model.decisions import WAIVERS_FILE
from opsready.report.escape import on_one_line
from opsready.report.wording import listing, plural

if TYPE_CHECKING:
    from opsready.cli.examined import Examined
    from opsready.model.verdict import Verdict
    from opsready.model.waiver import Waiver

_MOST_SHOWN = 5


def waive(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule to waive.", show_default=False)],
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is accepted.")],
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who lives with it and will repair it.")],
    approver: Annotated[str, typer.Option(metavar="NAME", help="Who allows it; somebody else than the owner.")],
    expires: Annotated[str, typer.Option(metavar="DATE", help="The last day on which it holds.")],
    service: Annotated[str | None, typer.Option(metavar="NAME", help="The service to waive it for.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Or a subject; `*` is any text.")] = None,
    issue: Annotated[str | None, typer.Option(metavar="TEXT", help="Where the repair is tracked.")] = None,
    root: Annotated[
        str | None, typer.Option(metavar="DIR", help="The repository's root, instead of finding it.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day that counts as today.")] = None,
) -> None:
    """Waive a rule for a service or a subject until a day, and write that down.

    A waiver that would have no effect is refused, and nothing is written then.
    """
    from opsready.adapt.waiver_text import with_waiver
    from opsready.cli import kept_files

    found = examined(root, as_of)
    entry = {"rule": rule, **({"service": service} if service is not None else {})}
    entry |= {"subject": subject} if subject is not None else {}
    entry |= {"reason": reason, "owner": owner, "approver": approver, "created": found.report.as_of}
    entry |= {"expires": expires, **({"issue": issue} if issue is not None else {})}
    text = _text(found)
    written = with_waiver(text, entry)
    if written is None:
        message = f"cannot add to `{WAIVERS_FILE}`: it is not a list of lines under `waivers:`"
        raise UsageError(message, help="write each waiver as lines of its own, beginning with `- rule:`")
    covered = _effect(found, written, entry)
    kept_files.decide(found.root, WAIVERS_FILE, written)
    sys.stdout.write(
        on_one_line(f"waived until {expires}: {plural(len(covered), 'verdict')}, {_shown(covered)}") + "\n"
    )


def _text(found: Examined) -> str:
    """The file as it is; empty where there is none."""
    from opsready.discover import decode

    if WAIVERS_FILE not in {entry.path for entry in found.tree.entries()}:
        return ""
    text, problem = decode(WAIVERS_FILE, found.tree.read(WAIVERS_FILE))
    if text is None:
        message = f"`{WAIVERS_FILE}` {problem.message if problem else 'cannot be read'}"
        raise UsageError(message)
    return text


def _effect(found: Examined, written: str, entry: dict[str, str]) -> list[Verdict]:
    """What the new waiver would waive; a UsageError says why it would not."""
    from datetime import date

    from opsready.adapt.waivers import load_waivers
    from opsready.settle.kept import waivable_rules
    from opsready.settle.waivers import Waivers
    from opsready.tree import MemoryTree

    standard = found.report.standard
    read = load_waivers(MemoryTree({WAIVERS_FILE: written}), waivable_rules(), standard.placeholder_owners)
    new = [waiver for waiver in read.waivers if _same(waiver, entry)][-1:]
    if not new:
        raise UsageError(read.diagnostics[-1].message if read.diagnostics else "the waiver is malformed", help=_HELP)
    waivers = Waivers(new, standard, date.fromisoformat(found.report.as_of))
    verdicts = [finding.verdict for finding in found.report.findings]
    settled = waivers.apply(verdicts)
    problems = [item for item in waivers.diagnostics(()) if item.kind in {"waiver-malformed", "waiver-expired"}]
    if problems:
        raise UsageError(problems[0].message, help=_HELP)
    covered = [after for before, after in zip(verdicts, settled, strict=True) if after is not before]
    if not covered:
        addresses = sorted({verdict.subject.address for verdict in verdicts if verdict.rule == entry["rule"]})
        message = f"nothing of `{entry['rule']}` fails for {new[0].target}"
        where = f"it fails for {listing(addresses, _MOST_SHOWN)}" if addresses else "there is nothing to waive"
        raise UsageError(on_one_line(message), help=on_one_line(where))
    return covered


_HELP = "correct the options; nothing was written"


def _same(waiver: Waiver, entry: dict[str, str]) -> bool:
    named = (waiver.rule, waiver.service or waiver.subject, waiver.expires.isoformat())
    return named == (entry["rule"], entry.get("service", entry.get("subject")), entry["expires"])


def _shown(covered: list[Verdict]) -> str:
    names = sorted({verdict.subject.address or verdict.subject.name for verdict in covered})
    return listing(names, _MOST_SHOWN)
