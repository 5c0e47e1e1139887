"""The repairs that are worth doing next, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.service import SHARED
from opsready.plugins import INPUT_NOT_EVALUATED
from opsready.report.model import NextStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsready.gains import Repair
    from opsready.model.verdict import Verdict

_UNCATALOGUED = "uncatalogued-service"


def next_steps(
    chosen: Iterable[tuple[Repair, float]], verdicts: Sequence[Verdict], titles: Mapping[str, str]
) -> list[NextStep]:
    """Say each repair as an instruction: the rule's own help where it has one for all its places."""
    steps = []
    for repair, gain in chosen:
        settled = [verdicts[index] for index in sorted(repair.verdicts)]
        rules = tuple(dict.fromkeys((repair.rule, *(verdict.rule for verdict in settled))))
        subjects = tuple(dict.fromkeys(verdict.subject.address for verdict in settled))
        steps.append(NextStep(_action(repair, settled, titles), rules, subjects, repair.service, round(gain, 4)))
    return steps


def _action(repair: Repair, settled: Sequence[Verdict], titles: Mapping[str, str]) -> str:
    own = [verdict for verdict in settled if verdict.rule == repair.rule]
    helps = list(dict.fromkeys(verdict.help for verdict in own if verdict.help))
    instruction = helps[0] if helps else titles.get(repair.rule, repair.rule).rstrip(".").lower()
    if repair.rule == INPUT_NOT_EVALUATED:
        file = own[0].place.span.file if own and own[0].place else ""
        return f"{file}: {instruction}"
    if repair.service in {"", SHARED}:
        return instruction
    if repair.rule == _UNCATALOGUED:
        return instruction if f"`{repair.service}`" in instruction else f"{repair.service}: {instruction}"
    return f"{repair.service}: {instruction}"
