"""Argo Rollouts, Flagger and weighted routes as rollouts: who meets a new version first, and what holds it there."""

from __future__ import annotations

import pytest

from opsready.model.network import NetworkService, Reference, Route
from opsready.model.rollout import AnalysisTemplate, Rollout
from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.workload import ProgressiveDelivery, Workload
from unit.adapt.test_kubernetes import every, obj, one

ARGO = "argoproj.io/v1alpha1"


def argo(strategy: str, more: str = "") -> Rollout:
    return one(Rollout, obj("Rollout", f"{{strategy: {strategy}, {more}}}", api=ARGO))


def steps(*written: str, more: str = "") -> Rollout:
    return argo(f"{{canary: {{steps: [{', '.join(written)}], {more}}}}}")


def flagger(analysis: str, more: str = "") -> Rollout:
    spec = f"{{targetRef: {{kind: Deployment, name: cart}}, analysis: {analysis}, {more}}}"
    return one(Rollout, obj("Canary", spec, api="flagger.app/v1beta1"))


def shape(rollout: Rollout) -> list[tuple[str, float | None, str | None]]:
    """Audience, share and hold of each stage."""
    return [(stage.audience, known(stage.share), known(stage.hold)) for stage in rollout.stages.items]


class TestArgo:
    def test_a_rollout_is_its_own_target_unless_it_names_a_workload(self) -> None:
        own = argo("{blueGreen: {}}")
        assert (own.target_kind, own.target_name, own.target_stays) == ("Rollout", "cart", None)
        other = argo("{blueGreen: {}}", "workloadRef: {name: basket}")
        assert (other.target_kind, other.target_name, other.target_stays) == ("Deployment", "basket", Unset(True))

    @pytest.mark.parametrize(
        ("word", "stays"), [("never", True), ("anything", True), ("onsuccess", False), ("progressively", False)]
    )
    def test_only_two_words_scale_the_deployment_down(self, word: str, stays: bool) -> None:
        found = argo("{blueGreen: {}}", f"workloadRef: {{name: cart, scaleDown: {word}}}").target_stays
        assert isinstance(found, Known)
        assert found.value is stays

    def test_history_is_ten_by_default(self) -> None:
        assert argo("{blueGreen: {}}").revision_history == Unset(10)
        assert known(argo("{blueGreen: {}}", "revisionHistoryLimit: 3").revision_history or Unset()) == 3

    def test_each_wait_is_a_stage_and_a_weight_without_one_as_well(self) -> None:
        found = steps("{setWeight: 10}", "{pause: {}}", "{pause: {duration: 5}}", "{setWeight: 30}", "{setWeight: 60}")
        assert shape(found) == [
            ("share", 0.1, "person"),
            ("share", 0.1, "pause"),
            ("share", 0.3, None),
            ("share", 0.6, None),
        ]

    @pytest.mark.parametrize("length", ["30", "30s", "10m", "2h", "1h30m", '"600"'])
    def test_a_pause_has_a_length(self, length: str) -> None:
        assert shape(steps("{setWeight: 10}", f"{{pause: {{duration: {length}}}}}")) == [("share", 0.1, "pause")]

    @pytest.mark.parametrize("length", ["0", "0s", '"0"'])
    def test_a_pause_of_no_length_holds_nothing(self, length: str) -> None:
        assert shape(steps("{setWeight: 10}", f"{{pause: {{duration: {length}}}}}")) == [("share", 0.1, None)]

    @pytest.mark.parametrize("length", ["soon", "-5", "${PAUSE}", "[]", "99999999999999999999h"])
    def test_a_pause_that_cannot_be_read_is_unknown(self, length: str) -> None:
        written = length if length == "[]" else f'"{length}"'
        (stage,) = steps("{setWeight: 10}", f"{{pause: {{duration: {written}}}}}").stages.items
        assert isinstance(stage.hold, Unknown)

    @pytest.mark.parametrize("weight", ["0", "-5", "null"])
    def test_no_weight_is_nobody(self, weight: str) -> None:
        assert shape(steps(f"{{setWeight: {weight}}}", "{pause: {}}")) == []

    def test_a_weight_of_nobody_ends_the_one_before(self) -> None:
        assert shape(steps("{setWeight: 10}", "{setWeight: 0}", "{pause: {}}")) == [("share", 0.1, None)]

    @pytest.mark.parametrize("weight", ["100", "250", str(10**18)])
    def test_everybody_is_all_of_it(self, weight: str) -> None:
        assert shape(steps(f"{{setWeight: {weight}}}", "{pause: {}}")) == [("share", 1.0, "person")]

    @pytest.mark.parametrize(("total", "share"), [("1000", 0.01), ("0", 0.1), ("much", 0.1)])
    def test_weights_have_the_scale_that_is_written(self, total: str, share: float) -> None:
        found = steps("{setWeight: 10}", "{pause: {}}", more=f"trafficRouting: {{maxTrafficWeight: {total}}}")
        assert shape(found) == [("share", share, "person")]

    @pytest.mark.parametrize(
        ("scale", "stages"),
        [
            ("{replicas: 1}", [("tests", None, "person")]),
            ("{weight: 25}", [("tests", None, "person")]),
            ("{replicas: 0}", []),
            ("{matchTrafficWeight: true}", []),
        ],
    )
    def test_scaled_up_without_traffic_is_for_tests(self, scale: str, stages: list[tuple[str, None, str]]) -> None:
        assert shape(steps(f"{{setCanaryScale: {scale}}}", "{pause: {}}")) == stages

    def test_a_scale_does_not_hide_a_weight(self) -> None:
        found = steps("{setWeight: 10}", "{setCanaryScale: {replicas: 1}}", "{pause: {}}")
        assert shape(found) == [("share", 0.1, "person")]

    @pytest.mark.parametrize(("step", "audience"), [("setHeaderRoute", "chosen"), ("setMirrorRoute", "copy")])
    def test_routes_choose_or_copy_and_are_taken_away_again(self, step: str, audience: str) -> None:
        assert shape(steps(f"{{{step}: {{name: x, match: [{{headerName: a}}]}}}}", "{pause: {}}")) == [
            (audience, None, "person")
        ]
        assert shape(steps(f"{{{step}: {{name: x}}}}", "{pause: {}}")) == []

    def test_an_analysis_names_its_templates(self) -> None:
        (stage,) = steps(
            "{setWeight: 10}",
            "{analysis: {templates: [{templateName: a}, {templateName: b, clusterScope: true}, {}, text]}}",
        ).stages.items
        assert (known(stage.hold), stage.analyses) == ("analysis", ("AnalysisTemplate/a", "ClusterAnalysisTemplate/b"))

    def test_an_analysis_without_templates_holds_nothing(self) -> None:
        assert shape(steps("{setWeight: 10}", "{analysis: {}}")) == [("share", 0.1, None)]

    def test_an_experiment_runs_beside_and_an_analysis_may_end_it(self) -> None:
        assert shape(steps("{experiment: {duration: 1h}}")) == [("tests", None, "pause")]
        assert shape(steps("{experiment: {analyses: [{name: a}]}}")) == [("tests", None, "analysis")]

    @pytest.mark.parametrize("strategy", ["{canary: text}", "{blueGreen: text}", "text"])
    def test_what_is_no_mapping_is_unknown(self, strategy: str) -> None:
        assert isinstance(argo(strategy).at_once, Unknown)

    def test_neither_strategy_is_all_at_once(self) -> None:
        assert isinstance(argo("{}").at_once, Known)
        assert isinstance(argo("{canary: {steps: []}}").at_once, Known)

    @pytest.mark.parametrize("written", ["text", "[text]", "{}"])
    def test_steps_that_cannot_be_read_may_hold(self, written: str) -> None:
        found = argo(f"{{canary: {{steps: {written}}}}}")
        assert isinstance(found.at_once, Unset)
        assert not found.stages.complete

    @pytest.mark.parametrize(
        ("fields", "hold"),
        [
            ("", None),
            ("autoPromotionEnabled: true", None),
            ("autoPromotionEnabled: false", "person"),
            ("autoPromotionSeconds: 0", None),
            ("autoPromotionSeconds: 60", "pause"),
            ("autoPromotionEnabled: false, autoPromotionSeconds: 60", "person"),
            ("prePromotionAnalysis: {templates: [{templateName: a}]}", "analysis"),
            ("postPromotionAnalysis: {templates: [{templateName: a}]}", None),
        ],
    )
    def test_blue_green_waits_only_where_it_is_told_to(self, fields: str, hold: str | None) -> None:
        assert shape(argo(f"{{blueGreen: {{{fields}}}}}")) == [("tests", None, hold)]

    @pytest.mark.parametrize(
        "fields", ["autoPromotionEnabled: maybe", "autoPromotionSeconds: soon", "autoPromotionEnabled: []"]
    )
    def test_a_promotion_that_cannot_be_read_is_unknown(self, fields: str) -> None:
        (stage,) = argo(f"{{blueGreen: {{{fields}}}}}").stages.items
        assert isinstance(stage.hold, Unknown)

    def test_what_it_names_must_exist(self) -> None:
        text = obj(
            "Rollout",
            "{workloadRef: {name: basket}, strategy: {canary: {canaryService: new, stableService: old}}}",
            api=ARGO,
        )
        found = {(item.target_kind, item.target_name) for item in every(Reference, text)}
        assert found == {("Service", "new"), ("Service", "old"), ("Deployment", "basket")}

    def test_templates_are_read(self) -> None:
        assert one(AnalysisTemplate, obj("AnalysisTemplate", "{}", api=ARGO)).address == "AnalysisTemplate/cart"

    def test_a_canary_without_steps_rolls_with_its_own_limits(self) -> None:
        found = one(Workload, obj("Rollout", "{strategy: {canary: {maxSurge: 50%, maxUnavailable: 2}}}", api=ARGO))
        assert known(found.strategy) == "RollingUpdate"
        assert (known(found.rolling_update.max_surge), known(found.rolling_update.max_unavailable)) == (0.5, 2)
        default = one(Workload, obj("Rollout", "{strategy: {canary: {}}}", api=ARGO)).rolling_update
        assert (default.max_surge, default.max_unavailable) == (Unset(0.25), Unset(0.25))

    @pytest.mark.parametrize(
        "strategy", ["{canary: {steps: [{pause: {}}]}}", "{canary: {trafficRouting: {}}}", "{blueGreen: {}}", "{}"]
    )
    def test_any_other_has_a_strategy_of_its_own(self, strategy: str) -> None:
        assert known(one(Workload, obj("Rollout", f"{{strategy: {strategy}}}", api=ARGO)).strategy) == "progressive"


class TestFlagger:
    @pytest.mark.parametrize(
        ("analysis", "more", "stages"),
        [
            ("{stepWeight: 5, maxWeight: 50}", "", [("share", 0.05, "pause")]),
            ("{stepWeight: 5, stepWeights: [1]}", "", [("share", 0.05, "pause")]),
            ("{stepWeight: 100}", "", [("share", 1.0, "pause")]),
            ("{stepWeights: [1, 50]}", "", [("share", 0.01, "pause"), ("share", 0.5, "pause")]),
            ("{stepWeights: [0, 100]}", "", [("share", 1.0, "pause")]),
            ("{stepWeight: 5, mirror: true}", "", [("copy", None, "pause"), ("share", 0.05, "pause")]),
            ("{iterations: 3}", "", [("tests", None, "pause")]),
            ("{iterations: 3, stepWeight: 100}", "", [("tests", None, "pause")]),
            ("{iterations: 3, match: [{headers: {}}]}", "", [("chosen", None, "pause")]),
            ("{match: [{headers: {}}], stepWeight: 10}", "", [("share", 0.1, "pause")]),
            ("{iterations: 3, mirror: true}", "", [("copy", None, "pause")]),
            ("{stepWeight: 100}", "provider: kubernetes", [("tests", None, "pause")]),
            ("{}", "provider: kubernetes", [("tests", None, "pause")]),
        ],
    )
    def test_its_strategies(self, analysis: str, more: str, stages: list[tuple[str, float | None, str]]) -> None:
        found = flagger(analysis, more)
        assert shape(found) == stages
        assert found.at_once == Unset()

    def test_the_older_name_of_the_analysis(self) -> None:
        spec = "{targetRef: {name: cart}, canaryAnalysis: {stepWeight: 5}}"
        found = one(Rollout, obj("Canary", spec, api="flagger.app/v1beta1"))
        assert (shape(found), found.target_kind) == ([("share", 0.05, "pause")], "Deployment")

    @pytest.mark.parametrize("analysis", ["{}", "{stepWeight: 0}", "{stepWeight: -1}", "{iterations: 0}"])
    def test_nothing_to_go_by_is_all_at_once_where_there_is_a_mesh(self, analysis: str) -> None:
        assert isinstance(flagger(analysis, "provider: istio").at_once, Known)
        assert isinstance(flagger(analysis).at_once, Unknown)

    @pytest.mark.parametrize(("skip", "kind"), [("true", Known), ("false", Unset), ("[]", Unknown)])
    def test_skipping(self, skip: str, kind: type) -> None:
        assert isinstance(flagger("{stepWeight: 5}", f"skipAnalysis: {skip}").at_once, kind)

    @pytest.mark.parametrize(
        "analysis", ["text", "{stepWeight: many}", "{iterations: ${N}}", "{iterations: [1]}", "{stepWeight: {}}"]
    )
    def test_what_cannot_be_read_is_unknown(self, analysis: str) -> None:
        quoted = analysis.replace("${N}", '"${N}"')
        assert isinstance(flagger(quoted).at_once, Unknown)

    @pytest.mark.parametrize("weights", ["text", "{}", "[1, text]"])
    def test_weights_that_cannot_all_be_read_may_hold_more(self, weights: str) -> None:
        assert not flagger(f"{{stepWeights: {weights}}}").stages.complete

    def test_a_list_without_end_is_cut(self) -> None:
        assert len(flagger(f"{{stepWeights: [{', '.join(['1'] * 5000)}]}}").stages.items) == 100

    def made(self, spec: str) -> dict[str, tuple[tuple[str, int | str], ...]]:
        return {item.name: item.ports for item in every(NetworkService, obj("Canary", spec, api="flagger.app/v1beta1"))}

    def test_it_makes_three_services(self) -> None:
        ports = (("http", 8080), ("80", 8080))
        assert self.made("{targetRef: {kind: Deployment, name: cart}, service: {port: 80, targetPort: 8080}}") == {
            "cart": ports,
            "cart-primary": ports,
            "cart-canary": ports,
        }

    def test_their_name_may_be_another(self) -> None:
        found = self.made("{targetRef: {name: cart}, service: {name: shop, port: 80, targetPort: web, portName: grpc}}")
        assert found == dict.fromkeys(("shop", "shop-primary", "shop-canary"), (("grpc", "web"), ("80", "web")))

    def test_a_service_that_is_the_target_is_there_already(self) -> None:
        found = self.made("{targetRef: {kind: Service, name: cart}, service: {port: 80}}")
        assert set(found) == {"cart-primary", "cart-canary"}

    @pytest.mark.parametrize("spec", ["{}", "{targetRef: {name: cart}}", "{service: {port: 80}}", "{service: text}"])
    def test_without_a_name_or_a_service_it_makes_none(self, spec: str) -> None:
        assert self.made(spec) == {}

    def test_a_service_of_knative_is_not_looked_for(self) -> None:
        spec = "{targetRef: {apiVersion: serving.knative.dev/v1, kind: Service, name: cart}, service: {port: 80}}"
        text = obj("Canary", spec, api="flagger.app/v1beta1")
        assert every(Reference, text) == []
        assert one(ProgressiveDelivery, text).target_name == "cart"


class TestRoutes:
    ISTIO = ("networking.istio.io/v1", "VirtualService")
    GATEWAY = ("gateway.networking.k8s.io/v1", "HTTPRoute")

    def split(self, kind: tuple[str, str], spec: str) -> list[Rollout]:
        return every(Rollout, obj(kind[1], spec, api=kind[0]))

    def test_the_least_share_is_the_stage(self) -> None:
        first = "{destination: {host: a.shop.svc, subset: v1}, weight: 30}"
        spec = f"{{http: [{{route: [{first}, {{destination: {{host: b}}, weight: 10}}]}}]}}"
        (found,) = self.split(self.ISTIO, spec)
        assert shape(found) == [("share", 0.25, "person")]
        assert found.destinations == (("a", "shop"), ("b", ""))
        assert known(found.strategy) == "split"

    @pytest.mark.parametrize(
        ("kind", "spec"),
        [
            (GATEWAY, "{rules: [{backendRefs: [%s]}]}"),
            (("gateway.networking.k8s.io/v1", "GRPCRoute"), "{rules: [{backendRefs: [%s]}]}"),
            (("traefik.io/v1alpha1", "TraefikService"), "{weighted: {services: [%s]}}"),
            (("traefik.io/v1alpha1", "IngressRoute"), "{routes: [{services: [%s]}]}"),
        ],
    )
    def test_every_format(self, kind: tuple[str, str], spec: str) -> None:
        (found,) = self.split(kind, spec.replace("%s", "{name: a, weight: 9}, {name: b, weight: 1}"))
        assert (shape(found), found.destinations) == ([("share", 0.1, "person")], (("a", ""), ("b", "")))

    def test_a_split_of_a_service_mesh(self) -> None:
        spec = "{backends: [{service: a, weight: 9}, {service: b, weight: 1}]}"
        (found,) = self.split(("split.smi-spec.io/v1alpha4", "TrafficSplit"), spec)
        assert found.destinations == (("a", ""), ("b", ""))

    @pytest.mark.parametrize(
        "backends",
        [
            "[{name: a, weight: 100}, {name: b, weight: 0}]",
            "[{name: a, weight: 100}]",
            "[{name: a}, {name: b}]",
            "[{name: a, weight: 1}, {name: a, weight: 1}]",
            "[{name: a, weight: 1}, {name: b, weight: half}]",
            "[{name: a, weight: 1}, {name: b, weight: -1}]",
            "[]",
            "text",
            "[text]",
        ],
    )
    def test_one_way_is_no_split(self, backends: str) -> None:
        assert self.split(self.GATEWAY, f"{{rules: [{{backendRefs: {backends}}}]}}") == []

    def test_two_subsets_of_one_host_are_two_ways(self) -> None:
        first = "{destination: {host: a, subset: v1}, weight: 9}"
        spec = f"{{http: [{{route: [{first}, {{destination: {{host: a, subset: v2}}, weight: 1}}]}}]}}"
        (found,) = self.split(self.ISTIO, spec)
        assert found.destinations == (("a", ""),)

    def ingress(self, annotations: str) -> list[Rollout | Route]:
        text = obj(
            "Ingress",
            "{rules: [{host: shop.example, http: {paths: [{backend: {service: {name: cart-next}}}]}}]}",
            api="networking.k8s.io/v1",
            metadata=f"{{name: cart, annotations: {{{annotations}}}}}",
        )
        return [*every(Rollout, text), *every(Route, text)]

    NGINX = "nginx.ingress.kubernetes.io/canary"

    @pytest.mark.parametrize(
        ("more", "stage"),
        [
            ('-weight: "10"', ("share", 0.1, "person")),
            ('-by-header: "x-staff"', ("chosen", None, "person")),
            ('-by-cookie: "staff"', ("chosen", None, "person")),
        ],
    )
    def test_a_canary_of_nginx(self, more: str, stage: tuple[str, float | None, str]) -> None:
        (found,) = self.ingress(f'{self.NGINX}: "true", {self.NGINX}{more}')
        assert isinstance(found, Rollout)
        assert (shape(found), found.hosts, found.destinations) == ([stage], ("shop.example",), (("cart-next", ""),))

    def test_a_weight_of_another_scale(self) -> None:
        (found,) = self.ingress(f'{self.NGINX}: "true", {self.NGINX}-weight: "10", {self.NGINX}-weight-total: "1000"')
        assert isinstance(found, Rollout)
        assert shape(found) == [("share", 0.01, "person")]

    @pytest.mark.parametrize("weight", ["0", "100", "many", "-5", "9" * 30])
    def test_a_canary_of_none_or_all_is_at_rest(self, weight: str) -> None:
        assert self.ingress(f'{self.NGINX}: "true", {self.NGINX}-weight: "{weight}"') == []

    def test_any_other_ingress_is_a_way_in(self) -> None:
        (found,) = self.ingress(f'{self.NGINX}: "false"')
        assert isinstance(found, Route)
        assert (found.hosts, found.services) == (("shop.example",), ("cart-next",))
