"""Trees out of git: of a commit and of the index. Only objects are read; nothing is checked out, filtered or run.

One process hands out the contents that are asked for.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from opsready import git
from opsready.conversation import Conversation
from opsready.errors import UsageError
from opsready.survey import MAX_FILES, Survey
from opsready.tree import (
    MAX_FILE_SIZE,
    WITHHELD_LINK_FOLDER,
    WITHHELD_LINK_NOWHERE,
    WITHHELD_LINK_OUTSIDE,
    WITHHELD_REPOSITORY,
    WITHHELD_SPECIAL,
    Entry,
    complaints,
    too_large,
    withheld_by,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from opsready.model.verdict import Diagnostic

_LINK, _SUBMODULE, _FOLDER, _FILE_TYPE = "120000", "160000", "40000", "100"
_LONGEST_LINK = 4096  # bytes
_MOST_LINKS = 40  # as many as Linux follows
_LARGEST_FOLDER = 64 * 1024 * 1024
_FETCH_ALL = (
    "fetch its history: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` in GitLab"
)


class Item(NamedTuple):
    """What git has at a path: its mode, as git writes it in octal, and the id of its content."""

    mode: str
    id: str


class History:
    """The git repository that a root is in; a UsageError says why it cannot be relied upon."""

    def __init__(self, root: str) -> None:
        """Look at the repository around the real path of a root."""
        self.root = root
        work_tree = git.enclosing_work_tree(root)
        if not work_tree:
            message = "the root is in no git repository, so there is nothing to compare with"
            raise UsageError(message, help="run it inside a clone, or without --base and --staged")
        self._work_tree = work_tree
        told = self._ask("rev-parse", "--show-toplevel", "--absolute-git-dir", "--is-shallow-repository").split("\n")
        if not git.same_path(told[0], work_tree):
            message = "git cannot be relied upon here: the repository names another working tree (`core.worktree`)"
            raise UsageError(message, help="remove that setting from its configuration")
        self._folder, self.shallow = told[1], told[2:3] == ["true"]

    def commit(self, ref: str) -> str:
        """The id of the commit that a user names; a UsageError where there is none."""
        if ref.startswith("-") or not ref.isprintable() or not ref.strip():
            message = f"--base is `{ref}`, which cannot name a commit"
            raise UsageError(message, help="name a branch, a tag or a commit")
        found = self._resolved(ref)
        if found:
            return found
        if self.shallow:
            message = f"--base names `{ref}`, which is not in this shallow clone"
            raise UsageError(message, help=_FETCH_ALL)
        remote = f"origin/{ref}"
        hint = f"did you mean `{remote}`? " if self._resolved(remote) else ""
        message = f"--base names `{ref}`, and there is no such commit here"
        raise UsageError(message, help=f"{hint}name a branch, a tag or a commit, or run `git fetch` first")

    def merge_base(self, ref: str) -> str:
        """The id of the commit at which what is checked out parted from the one that a user names."""
        theirs, ours = self.commit(ref), self._resolved("HEAD")
        if not ours:
            raise UsageError("there is no commit yet, so there is nothing to compare with", help="commit first")
        told = self._ask("rev-parse", f"{theirs}...{ours}")
        found = [line[1:] for line in told.split("\n") if line.startswith("^")]
        if found:
            return found[0]
        if self.shallow:
            message = f"this is a shallow clone, which does not reach back to where the change parted from `{ref}`"
            raise UsageError(message, help=_FETCH_ALL)
        message = f"`{ref}` and what is checked out have no commit in common"
        raise UsageError(message, help="name the branch that this one was begun from")

    def tree_of_commit(self, commit: str, without: Collection[str] = ()) -> ObjectTree:
        """The files of a commit (by its id) below the root; those `without` are left out."""
        objects = self._objects()
        seen = Survey(self.root)
        folder: Item | None = Item(_FOLDER, f"{commit}^{{tree}}")
        below = os.path.relpath(self.root, os.path.realpath(self._work_tree)).replace(os.sep, "/")
        for name in () if below == "." else below.split("/"):
            children = objects.folder(folder.id) if folder and folder.mode == _FOLDER else {}
            folder = children.get(name)
        top = folder.id if folder is not None and folder.mode == _FOLDER else ""
        items = _walked(objects, seen, top) if top else {}
        return ObjectTree(seen, {path: item for path, item in items.items() if path not in without}, objects)

    def tree_of_index(self) -> ObjectTree:
        """The files of the index below the root: what the next commit would hold."""
        seen = Survey(self.root)
        index = os.environ.get("GIT_INDEX_FILE", "")
        settings = {}
        # A commit of a part of what has changed runs its hooks with an index of its own.
        if index and git.is_inside(os.path.realpath(index), os.path.realpath(self._folder)):
            settings["GIT_INDEX_FILE"] = os.path.realpath(index)
        told = self._ask("ls-files", "-s", "-z", "--cached", settings=settings)
        items: dict[str, Item] = {}
        for record in sorted(record for record in told.split("\0") if record):
            header, _, path = record.partition("\t")
            mode, content, stage = header.split(" ")
            # Of a path in conflict our own side is judged.
            if (path not in items or stage == "2") and _admitted(seen, path, len(items)):
                items[path] = Item(mode, content)
        return ObjectTree(seen, items, self._objects())

    def _resolved(self, ref: str) -> str:
        answer = git.ask(
            self.root, self._work_tree, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        )
        found = answer.output.decode("ascii", "replace").strip()
        return found if not answer.refusal and _is_id(found) else ""

    def _ask(self, *question: str, settings: Mapping[str, str] | None = None) -> str:
        answer = git.ask(self.root, self._work_tree, question, settings)
        if answer.refusal:
            message = f"git cannot be relied upon here: {answer.refusal}"
            raise UsageError(message, help="or run it without --base and --staged")
        return os.fsdecode(answer.output).replace("\r\n", "\n")

    def _objects(self) -> _Objects:
        command = git.command_of(self.root, ("cat-file", "--batch"))
        return _Objects(command)


class ObjectTree:
    """The files of a commit or of the index; `close` ends the process that hands them out."""

    __slots__ = ("_by_path", "_entries", "_items", "_objects", "diagnostics", "withheld")

    def __init__(self, seen: Survey, items: Mapping[str, Item], objects: _Objects) -> None:
        """Take what git has, by path; what could not be listed was noted in `seen`."""
        self._items = items
        self._objects = objects
        entries: dict[str, Entry] = {}
        withheld = withheld_by(seen)
        folders = _folders(items)
        for path, item in items.items():
            if item.mode == _LINK:
                settled = self._settled_link(path, folders)
                if isinstance(settled, Entry):
                    entries[path] = settled
                else:
                    withheld[path] = settled
            elif item.mode == _SUBMODULE:
                withheld[path] = WITHHELD_REPOSITORY
            elif item.mode.startswith(_FILE_TYPE):
                entries[path] = Entry(path, 0)
            else:
                withheld[path] = WITHHELD_SPECIAL
        self._by_path = entries
        self._entries = tuple(entries[path] for path in sorted(entries))
        self.withheld: Mapping[str, str] = dict(sorted(withheld.items()))
        self.diagnostics: tuple[Diagnostic, ...] = tuple(complaints(seen))

    def entries(self) -> Sequence[Entry]:
        """Every file that can be read, sorted by path; git does not tell their sizes beforehand."""
        return self._entries

    def read(self, path: str) -> bytes | Diagnostic:
        """The content of a listed file, or why it cannot be had; a KeyError where the path is not listed."""
        found = self._objects.content(self._items[self._by_path[path].target or path].id, MAX_FILE_SIZE)
        if isinstance(found, int):
            return too_large(path, found)
        if found is None:
            raise _left_out()
        return found

    def close(self) -> None:
        """End the process that hands out contents; reading begins another one."""
        self._objects.close()

    def _settled_link(self, path: str, folders: frozenset[str]) -> Entry | str:
        """What a link stands for, or why that cannot be read."""
        target = self._followed(path, folders, 0)
        if target is None:
            return WITHHELD_LINK_OUTSIDE
        if target in folders or not target:
            return WITHHELD_LINK_FOLDER
        item = self._items.get(target)
        return Entry(path, 0, target) if item and item.mode.startswith(_FILE_TYPE) else WITHHELD_LINK_NOWHERE

    def _followed(self, path: str, folders: frozenset[str], depth: int) -> str | None:
        """Where a link leads, through links on the way; None where that is outside the root or leads nowhere."""
        content = self._objects.content(self._items[path].id, _LONGEST_LINK)
        text = os.fsdecode(content) if isinstance(content, bytes) else ""
        if not text or text.startswith("/") or depth > _MOST_LINKS:
            return None
        reached = path.split("/")[:-1]
        for part in text.split("/"):
            if part == "..":
                if not reached:
                    return None
                reached.pop()
            elif part not in {"", "."}:
                reached.append(part)
                here = "/".join(reached)
                item = self._items.get(here)
                if item is not None and item.mode == _LINK:
                    there = self._followed(here, folders, depth + 1)
                    if there is None:
                        return None
                    reached = there.split("/") if there else []
        return "/".join(reached)


class _Objects:
    """The contents of a repository by their id, through one process."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._talk: Conversation | None = None
        self._process = 0
        self._known_folders: dict[str, dict[str, Item]] = {}

    def content(self, name: str, limit: int) -> bytes | int | None:
        """What a name stands for; its size in bytes where that is over the limit, None where git does not have it."""
        try:
            if self._talk is None or self._process != os.getpid():  # a copy of this process talks to a git of its own
                self._talk = Conversation(self._command, git.environment(), git.TIMEOUT_SECONDS)
                self._process = os.getpid()
            self._talk.say(name.encode())
            header = self._talk.line().split(b" ")
            if header[-1] == b"missing" or len(header) != 3:
                return None
            size = int(header[2])
            if size > limit:
                self.close()  # sooner than to read all of it
                return size
            return self._talk.take(size + 1)[:size]
        except TimeoutError as error:
            self.close()
            message = f"git did not answer within {git.TIMEOUT_SECONDS} seconds when it was asked for contents"
            raise UsageError(message, help="see whether `git fsck` finds something wrong") from error
        except (OSError, ValueError) as error:
            self.close()
            raise _left_out() from error  # git ends where it may not fetch what is missing

    def folder(self, name: str) -> dict[str, Item]:
        """What a folder holds, by name; a UsageError where git does not have it."""
        known = self._known_folders.get(name)
        if known is None:
            content = self.content(name, _LARGEST_FOLDER)
            if not isinstance(content, bytes):
                self.close()
                raise _left_out()
            known = self._known_folders[name] = dict(_children(content, len(name.partition("^")[0]) // 2))
        return known

    def close(self) -> None:
        if self._talk is not None:
            self._talk.close()
            self._talk = None


def _children(content: bytes, length: int) -> Iterator[tuple[str, Item]]:
    """Read a folder as git stores it: `40000 name<nul>` and the id in `length` bytes, again and again."""
    at = 0
    while at < len(content):
        space = content.find(b" ", at)
        end = content.find(b"\0", space)
        if space < 0 or end < 0:
            return
        item = Item(content[at:space].decode("ascii", "replace"), content[end + 1 : end + 1 + length].hex())
        yield os.fsdecode(content[space + 1 : end]), item
        at = end + 1 + length


def _walked(objects: _Objects, seen: Survey, top: str) -> dict[str, Item]:
    """Everything below a folder, by path."""
    items: dict[str, Item] = {}
    folders = [("", top)]
    met = 0
    while folders and not seen.cut:
        above, content = folders.pop()
        for name, item in sorted(objects.folder(content).items()):
            path = f"{above}{name}"
            met += 1
            if not _admitted(seen, path, met):
                continue
            if item.mode == _FOLDER:
                folders.append((f"{path}/", item.id))
            else:
                items[path] = item
    return items


def _admitted(seen: Survey, path: str, met: int) -> bool:
    """Whether a path may be listed; a folder counts too, since a few objects can make any number of them."""
    if met > MAX_FILES:
        seen.cut = True
    return seen.admits(path)


def _folders(items: Mapping[str, Item]) -> frozenset[str]:
    found: set[str] = set()
    for path in items:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def _left_out() -> UsageError:
    return UsageError(
        "git does not hand out all contents that are needed, as in a clone that leaves some out (`--filter`)",
        help="complete it with `git fetch --refetch --no-filter`, or see whether `git fsck` finds something wrong",
    )


def _is_id(text: str) -> bool:
    return len(text) in {40, 64} and all(digit in "0123456789abcdef" for digit in text)
