"""The formats of platforms, and what the platform that runs us tells in its environment."""

# ruff: noqa: PTH123

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain

from opsready.errors import UsageError
from opsready.report.model import Report


def rendered(report: Report, name: str, root: str) -> Iterator[str]:
    """A report in one of the formats; `root` is the repository's path."""
    if name == "sarif":
        from opsready.cli.pages import page
        from opsready.report import sarif

        return sarif.render(report, page)
    if name == "junit":
        from opsready.report import junit

        return junit.render(report)
    if name == "gitlab":
        from opsready.report import gitlab

        return gitlab.render(report)
    if name == "badge":
        from opsready.report import badge

        return badge.render(report)
    if name == "markdown":
        from opsready.report import markdown

        return markdown.render(report, files=address_of_files(root, os.environ))
    from opsready.report import concise, github

    return chain(github.render(report), concise.render(report))


def add_to_job_summary(report: Report, root: str) -> None:
    """Add the report to the page of the job, where GitHub Actions names a file for it."""
    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not file:
        return
    from opsready.report import markdown

    page = markdown.render(report, markdown.SUMMARY, address_of_files(root, os.environ))
    try:
        with open(file, "a", encoding="utf-8", newline="\n") as summary:
            summary.writelines(page)
    except OSError as error:
        message = f"cannot write the job summary `{file}`: {error.strerror or error}"
        raise UsageError(
            message, help="unset GITHUB_STEP_SUMMARY, or let it name a file that may be written"
        ) from error


def address_of_files(root: str, environment: Mapping[str, str]) -> str:
    """The address below which GitHub or GitLab shows the files of the root at the commit that is built; else empty."""
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    if server and repository:
        project, tree = f"{server}/{repository}", "blob"
        commit, checkout = environment.get("GITHUB_SHA", ""), environment.get("GITHUB_WORKSPACE", "")
    else:
        project, tree = environment.get("CI_PROJECT_URL", ""), "-/blob"
        commit, checkout = environment.get("CI_COMMIT_SHA", ""), environment.get("CI_PROJECT_DIR", "")
    below = _below(checkout, root)
    if not project.startswith(("https://", "http://")) or not commit.isalnum() or below is None:
        return ""
    from opsready.report.markup import in_uri

    scheme, _, rest = project.partition("://")
    return f"{scheme}://{_host(rest)}/{tree}/{commit}/{in_uri(below)}"


def _host(rest: str) -> str:
    """Host and path of an address, with nothing in it that would end a link."""
    from opsready.report.markup import in_uri

    host, slash, path = rest.partition("/")
    return "".join(c for c in host if c.isalnum() or c in ".-:") + slash + in_uri(path)


def _below(checkout: str, root: str) -> str | None:
    """The root's path below the checkout, with a slash behind it; None where it lies elsewhere."""
    if not checkout:
        return None
    relative = os.path.relpath(os.path.realpath(root), os.path.realpath(checkout)).replace(os.sep, "/")
    if relative == ".":
        return ""
    return None if relative.startswith("..") else f"{relative}/"
