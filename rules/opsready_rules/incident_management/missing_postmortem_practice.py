"""Rule: a repository from which nobody can learn what earlier incidents taught."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.service import Repository


class MissingPostmortemPractice(Rule[Repository]):
    """There is no place for postmortems with a template or a postmortem in it."""

    name = "missing-postmortem-practice"
    objective = "postmortems"
    severity = "M/M/L/-"
    caps_objective = True
    attestable = True

    def check(self, repository: Repository, context: Context, /) -> Iterator[Finding]:
        """Look for a template or a postmortem; a team without incidents needs no more than the template."""
        found = context.graph.documents("postmortem")
        shown = next((document for document in found if document.template or document.certain), None)
        elsewhere = next((link for link in context.graph.links("postmortem") if link.external), None)
        if shown is not None:
            what = "template for postmortems" if shown.template else "postmortem"
            yield passes(repository.place, f"`{shown.path}` is a {what}")
        elif elsewhere is not None:
            yield cannot_tell(
                repository.place,
                f"postmortems are kept elsewhere ({elsewhere.target}), where nobody looked",
                "keep a template here, or attest that the place is used",
            )
        elif found:
            yield cannot_tell(
                repository.place,
                f"`{found[0].path}` may be a postmortem, by its path alone",
                "write `type: postmortem` into its front matter",
            )
        else:
            yield fails(
                repository.place,
                "there is neither a postmortem nor a template for one",
                "add a template, such as `docs/postmortems/template.md`",
            )
