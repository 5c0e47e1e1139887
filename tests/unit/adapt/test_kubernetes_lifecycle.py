"""How long a workload has to shut down, how long its hooks take, and what it keeps to go back to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.workload import Workload
from unit.adapt.test_kubernetes import container, obj, one, pod


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def hook(body: str) -> tuple[timedelta, str]:
    found = container(f"lifecycle: {{preStop: {body}}}").shutdown_hook
    assert isinstance(found, Known)
    return found.value.least, found.value.unmeasured


class TestHooks:
    @pytest.mark.parametrize(
        "body", ["image: x", "lifecycle: {}", "lifecycle: {postStart: {exec: {command: [sleep]}}}"]
    )
    def test_none(self, body: str) -> None:
        assert container(body).shutdown_hook == Unset()

    def test_the_hook_that_sleeps_by_itself(self) -> None:
        assert hook("{sleep: {seconds: 15}}") == (seconds(15), "")
        assert hook("{sleep: {seconds: -3}}") == (seconds(0), "")

    @pytest.mark.parametrize(
        ("command", "least"),
        [
            ('[sleep, "15"]', 15),
            ('[/bin/sleep, "1", 2s, 1m]', 63),
            ('[sh, -c, "sleep 15"]', 15),
            ('[/bin/bash, -euc, "sleep 0.5; sleep 1h"]', 3600.5),
            ('[bash, -o, pipefail, -c, "sleep 5 && nginx -s quit"]', 5),
            ('[sh, -c, "echo bye\\nsleep 5\\nkill -QUIT 1 2>&1"]', 5),
            ("[nginx, -s, quit]", 0),
        ],
    )
    def test_commands_whose_time_is_written(self, command: str, least: float) -> None:
        assert hook(f"{{exec: {{command: {command}}}}}") == (seconds(least), "")

    @pytest.mark.parametrize(
        ("command", "least", "unmeasured"),
        [
            ("[/app/drain]", 0, "`/app/drain`"),
            ('[sh, -c, "sleep 5; /app/drain now"]', 5, "`/app/drain now`"),
            ('[sh, -c, "sleep $WAIT"]', 0, "`sleep $WAIT`"),
            ("[sh, -c, \"sleep '10'\"]", 0, "`sleep '10'`"),
            ('[sh, -c, "test -f x || sleep 900"]', 0, "`test -f x || sleep 900`"),
            ('[sh, -c, "sleep 900 & exit 0"]', 0, "`sleep 900 & exit 0`"),
            ('[sh, -c, "for i in 1 2; do sleep 900; done"]', 0, "`for i in 1 2 ; do sleep 900 ; done`"),
            ("[sh, drain.sh]", 0, "`sh drain.sh`"),
            ("[sh, -c]", 0, ""),
        ],
    )
    def test_commands_whose_time_is_not(self, command: str, least: float, unmeasured: str) -> None:
        assert hook(f"{{exec: {{command: {command}}}}}") == (seconds(least), unmeasured)

    @pytest.mark.parametrize(
        ("body", "how"),
        [("{httpGet: {port: 80}}", "`httpGet`"), ("{tcpSocket: {port: 80}}", "`tcpSocket`"), ("{}", "`preStop`")],
    )
    def test_requests_take_as_long_as_they_take(self, body: str, how: str) -> None:
        assert hook(body) == (seconds(0), how)

    @pytest.mark.parametrize(
        "body",
        [
            "text",
            "[]",
            "{sleep: {}}",
            "{sleep: {seconds: soon}}",
            "{sleep: 5}",
            "{exec: {}}",
            "{exec: {command: sleep 5}}",
            "{exec: {command: []}}",
            "{exec: {command: [sleep, 5]}}",
            "{exec: text}",
        ],
    )
    def test_what_cannot_be_read_is_unknown(self, body: str) -> None:
        assert isinstance(container(f"lifecycle: {{preStop: {body}}}").shutdown_hook, Unknown)

    def test_a_lifecycle_that_is_no_mapping_is_unknown(self) -> None:
        assert isinstance(container("lifecycle: text").shutdown_hook, Unknown)

    def test_times_and_scripts_without_end_are_bounded(self) -> None:
        assert hook(f"{{sleep: {{seconds: {10**18}}}}}")[0] == timedelta(days=365)
        assert hook(f"{{exec: {{command: [sleep, {', '.join(['999999999d'] * 50)}]}}}}")[0] == timedelta(days=365)
        least, unmeasured = hook(f'{{exec: {{command: [sh, -c, "{"sleep 1; " * 5000}"]}}}}')
        assert (least, len(unmeasured)) == (seconds(0), 43)


class TestGracePeriod:
    def test_thirty_seconds_by_default(self) -> None:
        assert one(Workload, pod("restartPolicy: Always")).shutdown_grace == Unset(seconds(30))
        assert one(Workload, pod("terminationGracePeriodSeconds: null")).shutdown_grace == Unset(seconds(30))

    @pytest.mark.parametrize(("written", "given"), [("45", 45), ("0", 0), ("-1", 0), (str(10**18), 31_536_000)])
    def test_as_written_within_bounds(self, written: str, given: int) -> None:
        found = one(Workload, pod(f"terminationGracePeriodSeconds: {written}")).shutdown_grace
        assert known(found) == seconds(given)
        assert isinstance(found, Known)

    @pytest.mark.parametrize("written", ["long", "[]", "1.5"])
    def test_what_is_no_number_is_unknown(self, written: str) -> None:
        found = one(Workload, pod(f"terminationGracePeriodSeconds: {written}")).shutdown_grace
        assert isinstance(found, Unknown)

    def test_a_pod_that_is_no_mapping_hides_it(self) -> None:
        assert isinstance(one(Workload, obj("Deployment", "{template: {spec: text}}")).shutdown_grace, Unknown)


class TestHistory:
    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
    def test_ten_by_default(self, kind: str) -> None:
        assert one(Workload, pod("restartPolicy: Always", kind)).revision_history == Unset(10)

    def test_as_written(self) -> None:
        found = one(Workload, obj("Deployment", "{revisionHistoryLimit: 0}")).revision_history
        assert isinstance(found, Known)
        assert found.value == 0

    @pytest.mark.parametrize(("api", "kind"), [("apps/v1", "ReplicaSet"), ("v1", "Pod"), ("batch/v1", "Job")])
    def test_some_kinds_keep_none(self, api: str, kind: str) -> None:
        assert one(Workload, obj(kind, "{revisionHistoryLimit: 3}", api=api)).revision_history is None


class TestFlags:
    def flags(self, body: str, annotations: str = "{}") -> tuple[str, ...]:
        spec = (
            f"{{template: {{metadata: {{annotations: {annotations}}}, spec: {{containers: [{{name: a, {body}}}]}}}}}}"
        )
        return one(Workload, obj("Deployment", spec)).flag_settings

    def test_variables_of_providers(self) -> None:
        assert self.flags("env: [{name: FLAGD_HOST, value: x}, {name: HOME}]") == ("FLAGD_HOST",)

    @pytest.mark.parametrize(
        "body", ["env: text", "env: [text]", "env: [{name: []}]", "env: {FLAGD_HOST: x}", "image: x"]
    )
    def test_no_variables(self, body: str) -> None:
        assert self.flags(body) == ()

    @pytest.mark.parametrize(
        ("value", "found"), [("true", True), ('"true"', True), ('"false"', False), ("false", False), ("{}", False)]
    )
    def test_the_operator_of_openfeature(self, value: str, found: bool) -> None:
        assert bool(self.flags("image: x", f"{{openfeature.dev/enabled: {value}}}")) is found
