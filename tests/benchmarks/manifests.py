"""Manifests to measure with: one object a file, as most repositories keep them, of the size that people write."""

from __future__ import annotations

from pathlib import Path

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: shop
spec:
  replicas: {replicas}
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
        app.kubernetes.io/part-of: shop
    spec:
      serviceAccountName: default
      terminationGracePeriodSeconds: 45
      containers:
        - name: server
          image: registry.example/shop/{name}:1.{minor}.0
          args: ["--listen", ":8080", "--log-format", "json"]
          envFrom:
            - configMapRef:
                name: {name}
          env:
            - name: OTEL_SERVICE_NAME
              value: {name}
            - name: OTEL_EXPORTER_OTLP_ENDPOINT
              value: http://collector.observability:4317
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /alive
              port: http
            failureThreshold: 6
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
"""
_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
_CONFIGURATION = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
  DATABASE_HOST: {name}-db.{namespace}.svc
  CACHE_SECONDS: "300"
  FEATURES: recommendations,reviews
  settings.yaml: |
    server:
      listen: 0.0.0.0:8080
      timeout: 30s
    cache:
      size: 512
"""
_BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {name}
  namespace: {namespace}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
"""
_AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  namespace: {namespace}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {name}
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
"""
_EVERY = {"deployment": _DEPLOYMENT, "service": _SERVICE, "config": _CONFIGURATION}
_EVERY_SECOND = {"disruption-budget": _BUDGET, "autoscaler": _AUTOSCALER}


def write_manifests(directory: Path, count: int) -> None:
    """Write `count` files of workloads: three each, and for every second one an autoscaler and a disruption budget."""
    written = number = 0
    while written < count:
        words = {"name": f"service-{number:05}", "namespace": f"team-{number // 25:03}", "minor": number % 20}
        home = directory / "deploy" / words["namespace"] / words["name"]
        home.mkdir(parents=True, exist_ok=True)
        objects = _EVERY | _EVERY_SECOND if number % 2 else _EVERY
        for name, text in list(objects.items())[: count - written]:
            (home / f"{name}.yaml").write_text(text.format(replicas=1 + number % 3, **words), encoding="utf-8")
            written += 1
        number += 1
