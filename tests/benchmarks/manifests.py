"""Manifests to measure with: a workload a file, of the size that people write, and what belongs to it."""

from __future__ import annotations

from pathlib import Path

_WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: benchmark
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
        app.kubernetes.io/part-of: benchmark
    spec:
      serviceAccountName: default
      terminationGracePeriodSeconds: 45
      containers:
        - name: server
          image: registry.example/shop/{name}:1.{minor}.0
          args: ["--listen", ":8080", "--log-format", "json"]
          env:
            - name: OTEL_SERVICE_NAME
              value: {name}
            - name: OTEL_EXPORTER_OTLP_ENDPOINT
              value: http://collector.observability:4317
            - name: DATABASE_HOST
              value: {name}-db.{namespace}.svc
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
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
_SCALED = """\
---
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
---
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


def write_manifests(directory: Path, count: int) -> None:
    """Write `count` files, fifty to a directory; every second workload has a disruption budget and an autoscaler."""
    for number in range(count):
        team = directory / "deploy" / f"team-{number // 50:03}"
        team.mkdir(parents=True, exist_ok=True)
        words = {"name": f"service-{number:05}", "namespace": f"team-{number // 50:03}", "minor": number % 20}
        text = _WORKLOAD.format(replicas=1 + number % 3, **words)
        if number % 2:
            text += _SCALED.format(**words)
        (team / f"service-{number:05}.yaml").write_text(text, encoding="utf-8")
