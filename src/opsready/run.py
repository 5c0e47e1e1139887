"""The whole pipeline: from a tree to a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.config.load import load_configuration
from opsready.engine import judge, unanswered
from opsready.errors import ConfigurationError
from opsready.intake import take_in
from opsready.model.decisions import BASELINE_FILE, WAIVERS_FILE, Decisions
from opsready.model.period import period
from opsready.model.verdict import UNDECLARED_TIER, Diagnostic
from opsready.modelling import build_model
from opsready.plugins import GOVERNANCE_RULES, builtin_rules
from opsready.records import dataclass
from opsready.settle.attestations import attest
from opsready.settle.causes import cover
from opsready.settle.exemptions import exempt
from opsready.settle.ignores import Ignores
from opsready.settle.renditions import Addresses, merge
from opsready.standard import builtin_standard
from opsready.summary import Judged, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from opsready.config.model import Configuration
    from opsready.config.terms import Terms
    from opsready.engine import Answer
    from opsready.intake import Intake
    from opsready.model.period import Period
    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.modelling import Model
    from opsready.options import Options
    from opsready.overrides import Overrides
    from opsready.plugins import RuleSet
    from opsready.report.model import Report
    from opsready.settle.kept import Kept
    from opsready.settle.ratchet import Before
    from opsready.settle.waivers import Waivers
    from opsready.tree import Tree


@dataclass(frozen=True, slots=True)
class Prepared:
    """A repository that rules can be asked about, any number of times."""

    standard: Standard
    intake: Intake
    model: Model
    configuration: Configuration
    kept: Kept | None = None

    @property
    def subjects(self) -> int:
        """How much there is that rules could be asked about, besides the repository."""
        model = self.model
        return len(model.entities) + len(model.documents) + len(model.stubs) + len(model.graph.services)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What could not be read or understood."""
        return [*self.intake.diagnostics, *self.model.diagnostics]


def stay_silent(stage: str) -> None:
    """Let a stage begin without telling anybody."""
    del stage


def examine(
    tree: Tree, options: Options, progress: Callable[[str], None] = stay_silent, before: Before | None = None
) -> Report:
    """Judge a tree and report; OpsreadyErrors say what keeps the job from being done.

    `progress` is told each stage as it begins. With the base of a change (`before`) the tree is judged by what was
    decided there, and the report says what the change made of it.
    """
    prepared = prepare(tree, options, progress, before.terms if before else None)
    rules = rules_of(prepared.configuration)
    options = _settled(options, prepared.configuration)
    progress("judging")
    waivers = _holding(prepared, options)
    verdicts, decided = decide(prepared, rules, options, waivers)
    if before is not None:
        verdicts = [before.terms.hardened(verdict) for verdict in verdicts]
    progress("scoring")
    model, intake = prepared.model, prepared.intake
    governance, noted = about_decisions([*prepared.diagnostics, *decided])
    judged = Judged(
        verdicts=verdicts,
        services=model.graph.services,
        diagnostics=noted,
        subjects=prepared.subjects,
        intake=intake,
        opaque=model.opaque,
        decisions=Decisions(waivers.active if waivers else ()),
        baseline=prepared.kept.baseline if prepared.kept else None,
        governance=governance,
    )
    return summarise(judged, rules, prepared.standard, options, before)


def prepare(
    tree: Tree, options: Options, progress: Callable[[str], None] = stay_silent, terms: Terms | None = None
) -> Prepared:
    """Read a tree and link what is in it: all that comes before the rules.

    With `terms`, everything that decides how it is judged is read from the tree that they name.
    """
    configuration = load_configuration(tree)
    ineffective: tuple[Diagnostic, ...] = ()
    if terms is not None:
        written, configuration = configuration, load_configuration(terms.tree)
        ineffective = (*_ineffective(written, configuration), *_kept_ineffective(tree, terms.tree))
    standard, governance = _standard(configuration, options.as_of)
    intake = take_in(tree, (*configuration.exclude, *options.exclude), options.processes)
    progress("linking")
    model = build_model(intake, configuration, standard, terms)
    # Everything of the trees is in the model now, and they are most of the memory.
    intake.sources.parsed.clear()
    intake.sources.terraform.clear()
    model.diagnostics.extend((*ineffective, *governance))
    kept = _kept(*_decided_in(tree, intake, terms), standard, options)
    if kept is not None:
        model.diagnostics.extend(kept.diagnostics)
    return Prepared(standard, intake, model, configuration, kept)


def _settled(options: Options, configuration: Configuration) -> Options:
    """The options with what the configuration or a profile says."""
    if not configuration.places and not options.profile:
        return options
    from opsready.settings import effective

    return effective(options, configuration)


def _standard(configuration: Configuration, as_of: date) -> tuple[Standard, list[Diagnostic]]:
    """The standard that the configuration asks for."""
    if not configuration.places and configuration.overlay is None:
        return builtin_standard(), []
    from opsready.governance import standard_for

    return standard_for(configuration, as_of)


def rules_of(configuration: Configuration) -> RuleSet:
    """The rules, as the configuration's own standard has them."""
    if configuration.overlay is None:
        return builtin_rules()
    from opsready.governance import rules_for

    return rules_for(configuration.overlay, builtin_rules())


def _kept_ineffective(tree: Tree, base: Tree) -> Iterator[Diagnostic]:
    """Say that changes to waivers and baseline do not decide about themselves."""
    there, before = ({entry.path for entry in side.entries()} for side in (tree, base))
    for file in (WAIVERS_FILE, BASELINE_FILE):
        if file in there | before and not (file in there & before and tree.read(file) == base.read(file)):
            message = "is not what is judged by: the base's is, and this one holds once the change is merged"
            yield Diagnostic("decisions-of-the-base", file, 0, message)


def _decided_in(tree: Tree, intake: Intake, terms: Terms | None) -> tuple[Tree, frozenset[str]]:
    """The tree that decides about waivers and the baseline, and its paths."""
    if terms is None:
        return tree, intake.sources.paths
    return terms.tree, frozenset(entry.path for entry in terms.tree.entries())


def _kept(tree: Tree, paths: frozenset[str], standard: Standard, options: Options) -> Kept | None:
    """The waivers and the baseline of a tree, None where there is neither."""
    if WAIVERS_FILE not in paths and BASELINE_FILE not in paths:
        return None
    from opsready.settle.kept import kept

    return kept(tree, paths, standard, options)


def _holding(prepared: Prepared, options: Options) -> Waivers | None:
    """The waivers that hold; None where there are none at all."""
    if prepared.kept is None or not prepared.kept.waivers:
        return None
    from opsready.settle.waivers import Waivers

    return Waivers(prepared.kept.waivers, prepared.standard, options.as_of)


def decide(
    prepared: Prepared, rules: RuleSet, options: Options, waivers: Waivers | None = None
) -> tuple[list[Verdict], list[Diagnostic]]:
    """Ask rules about what was prepared, and settle their answers into verdicts.

    `waivers` are those that it keeps, unless others are given; who gives them can ask them afterwards.
    """
    if waivers is None:
        waivers = _holding(prepared, options)
    model = prepared.model
    overrides = _overrides(prepared, rules)
    answers, crashes = judge(rules, model.graph, prepared.standard, options.as_of, overrides)
    answers.extend(unanswered(model.stubs, rules, model.graph))
    verdicts, settled = _settle(answers, model, rules, prepared.standard, options, waivers)
    return verdicts, [*crashes, *settled, *(overrides.diagnostics(verdicts) if overrides else ())]


def about_decisions(noted: list[Diagnostic]) -> tuple[list[Verdict], list[Diagnostic]]:
    """The findings about waivers and ignores themselves among what is noted, and the rest."""
    if not any(diagnostic.kind in GOVERNANCE_RULES for diagnostic in noted):
        return [], noted
    from opsready.settle.governance import governed

    return governed(noted)


def _overrides(prepared: Prepared, rules: RuleSet) -> Overrides | None:
    """What the configuration changes for parts of the repository."""
    if not prepared.configuration.overrides:
        return None
    from opsready.overrides import Overrides

    return Overrides(prepared.configuration.overrides, rules, prepared.standard)


def _ineffective(written: Configuration, base: Configuration) -> tuple[Diagnostic, ...]:
    """Say that a change to the configuration does not decide about itself."""
    if written == base:
        return ()
    message = "is not what is judged by: the base's configuration is, and this one holds once the change is merged"
    return (Diagnostic("configuration-of-the-base", written.file or base.file, 0, message),)


def _settle(
    answers: list[Answer],
    model: Model,
    rules: RuleSet,
    standard: Standard,
    options: Options,
    waivers: Waivers | None,
) -> tuple[list[Verdict], list[Diagnostic]]:
    """Apply ignores, attestations and waivers and merge renditions into verdicts, in a stable order."""
    ignores = Ignores(options.as_of, rules.names, heeded=not options.no_ignores)
    ignores.meet(model.entities)
    ignores.meet_comments(model.comments)
    pillars = {name: objective.pillar for name, objective in standard.objectives.items()}
    subjects = (*model.entities, *model.stubs)
    verdicts = merge(answers, Addresses(subjects), ignores, pillars)
    if model.comments:
        verdicts = cover(verdicts)
    attestable = frozenset(entry.name for entry in rules.entries if entry.attestable)
    services = model.graph.services
    verdicts, attested = attest(
        verdicts, services, model.repository, attestable, options.as_of, lambda: _longest(standard)
    )
    waived: list[Diagnostic] = []
    if waivers is not None:
        verdicts = waivers.apply(verdicts)
        waived = waivers.diagnostics(services)
    verdicts, excused = exempt(verdicts, services, pillars, options.as_of)
    verdicts.sort(key=lambda verdict: verdict.order)
    return verdicts, [*ignores.diagnostics(), *attested, *waived, *excused]


def _longest(standard: Standard) -> Period:
    """For how long an attestation may hold."""
    text = standard.text("attestation-maximum", UNDECLARED_TIER)
    found = period(text)
    if found is None:
        message = f"parameter `attestation-maximum` of the standard is not a period: `{text}`"
        raise ConfigurationError(message)
    return found
