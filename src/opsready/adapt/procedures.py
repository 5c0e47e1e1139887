"""What in a page can be followed: steps, commands, sentences that tell a person to do something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.document import Procedure
from opsready.parse.markdown import Code, Heading, Item, Paragraph
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opsready.parse.markdown import Block


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STEP_HEADING = pattern(r"\W{0,5}(?:step\s+\w+|\d{1,3}[.)])(?:\W|$)", re.IGNORECASE)
_SENTENCE_END = pattern(r"[.!?:;]\s|\n")
_FIRST_WORDS = pattern(r"[A-Za-z]+(?:-[A-Za-z]+)?")
_CHECKBOX = pattern(r"\s*\[[ xX]\]\s*")
_CONDITIONS = frozenset({"if", "when", "once", "after", "before", "unless", "to", "for", "in", "from", "on", "as"})
_FILLERS = _words(
    """
    please then next first second third now finally also otherwise optionally manually and always immediately do
    """
)
# How instructions begin; words that begin other sentences as often are left out.
_VERBS = _words(
    """
    acknowledge add adjust alert allow analyse analyze apply approve ask assess assign attach back block browse build
    call capture cd change check choose clean clear click clone close collect communicate compare confirm configure
    connect consider contact copy cordon create debug decide decrease declare delete deploy describe detach determine
    diagnose disable disconnect discuss document double-check download drain drop edit email empty enable ensure enter
    escalate establish evaluate evict examine exec execute expand export extend fail failover fetch fill filter find
    fix flush follow force free generate get give go grant identify import increase inform inspect install investigate
    isolate issue join keep kill launch leave limit list locate log login look lower make mark merge migrate mitigate
    modify monitor mount move navigate note notify observe open page patch pause perform pick ping plan post prepare
    prevent promote provide publish pull purge push put query raise read re-run reach rebalance reboot rebuild
    reconnect record recover recreate redeploy redirect reduce refer refresh register reinstall reject release reload
    remediate remove rename repair repeat replace reply report request rerun reschedule reset resize resolve restart
    restore resume retrieve retry return revert review revoke roll rollback rotate route run save scale schedule search
    see select send set shift shut shutdown sign silence skip snapshot specify ssh start stop submit suspend swap switch
    take tail talk tell terminate test throttle trace trigger troubleshoot try tune turn type uncordon undo uninstall
    unlock unmount update upgrade upload use validate verify view visit wait watch write
    """
)
_COMMAND_LANGUAGES = _words(
    """
    bash sh shell zsh fish console terminal shell-session shellsession sh-session powershell ps1 pwsh cmd bat batch
    sql psql mysql plsql tsql promql logql kql kusto spl influxql cypher redis python ruby irb rails elixir erlang
    """
)
_DATA_LANGUAGES = _words(
    """
    yaml yml json json5 jsonc toml ini xml html css diff log mermaid plantuml dot csv markdown md hcl terraform tf
    properties output go java javascript js typescript ts rust c cpp csharp protobuf proto dockerfile nginx
    """
)
_PROGRAMS = _words(
    """
    amtool ansible ansible-playbook apt apt-get argocd awk aws az bash bundle calicoctl cassandra cat cd ceph cf chmod
    chown cilium cilium-dbg consul cqlsh crictl ctr curl date df dig docker docker-compose du echo eksctl elasticsearch
    etcdctl export fdisk find flux flyctl fly free gcloud gh git grep gsutil helm heroku htop influx ip iostat iptables
    istioctl java jmap journalctl jq jstack k kill kinit kubeadm kubectl kustomize less linkerd ls lsblk lsof make
    minikube mkdir mongo mongosh mount mv mysql mysqladmin mysqldump nc netstat nodetool nomad npm nslookup nvme oc
    openssl patronictl pg_dump pg_restore pgrep php ping pip pkill podman promtool ps psql pulumi python python3
    rabbitmqctl rake redis-cli reboot rm rsync ruby scp sed service skaffold sqlcmd ss ssh stern strace su sudo
    systemctl tail tcpdump telnet terraform top touch traceroute umount uptime vault velero virtctl vmstat watch wget
    yq yum zkcli
    """
)
_LINES_LOOKED_AT = 20


def procedure(blocks: Iterable[Block]) -> Procedure:
    """Count what can be followed."""
    ordered = headings = commands = bullets = inline = sentences = 0
    for block in blocks:
        if isinstance(block, Heading):
            headings += is_step_heading(block)
        elif isinstance(block, Code):
            commands += is_command_block(block)
        elif isinstance(block, Item | Paragraph):
            headings += bool(block.inline.bold) and _STEP_HEADING.match(block.inline.bold) is not None
            inline += sum(is_command(code) for code in block.inline.codes)
            spoken = sum(is_imperative(sentence) for sentence in _SENTENCE_END.split(block.inline.text))
            sentences += spoken
            # A table of contents is a list as well, but nobody can follow it.
            if isinstance(block, Item) and not any(link.startswith("#") for link in block.inline.links):
                ordered += block.ordered
                bullets += spoken > 0 and not block.ordered
    return Procedure(ordered, headings, commands, bullets, inline, sentences)


def is_step_heading(heading: Heading) -> bool:
    """Whether a heading is a step: it has a number, or tells to do something below the page's own title."""
    text = heading.inline.text
    return _STEP_HEADING.match(text) is not None or (heading.level > 1 and is_imperative(text))


def is_command_block(code: Code) -> bool:
    """Whether a block holds something to type: by its language, else by the first word of its lines."""
    if code.language in _COMMAND_LANGUAGES:
        return bool(code.text.strip())
    if code.language in _DATA_LANGUAGES:
        return False
    return any(_is_typed(line) for line in code.text.splitlines()[:_LINES_LOOKED_AT])


def _is_typed(line: str) -> bool:
    line = line.strip()
    return line.startswith(("$ ", "./", "PS> ")) or _program(line.removeprefix("# ").removeprefix("> ")) in _PROGRAMS


def is_command(text: str) -> bool:
    """Whether inline code is a command with an argument, rather than the name of a program."""
    return len(text.split(None, 1)) > 1 and _is_typed(text)


def _program(line: str) -> str:
    words = line.split(None, 1)
    return words[0] if words else ""


def is_imperative(sentence: str) -> bool:
    """Whether an English sentence tells somebody to do something: its first word that matters is a verb of the list."""
    sentence = _CHECKBOX.sub("", sentence, count=1)
    words = [word.lower() for word in _FIRST_WORDS.findall(sentence[:80])]
    verb = _after_fillers(words)
    if verb in _VERBS:
        return True
    if verb in _CONDITIONS and "," in sentence:
        following = [word.lower() for word in _FIRST_WORDS.findall(sentence.partition(",")[2][:80])]
        return _after_fillers(following) in _VERBS
    return False


def _after_fillers(words: Sequence[str]) -> str:
    return next((word for word in words if word not in _FILLERS), "")
