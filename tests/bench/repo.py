"""A generated infra repo of N services with five files each, as a git repository."""

import subprocess
from pathlib import Path

KUSTOMIZATION = """apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: {name}
resources:
  - namespace.yaml
  - deployment.yaml
  - service.yaml
  - ingress.yaml
"""
NAMESPACE = """apiVersion: v1
kind: Namespace
metadata:
  name: {name}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
spec:
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
        - name: {name}
          image: registry.example.test/team/{name}:{tag}
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            requests:
              cpu: 10m
              memory: 64Mi
            limits:
              memory: 128Mi
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
"""
SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
INGRESS = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  annotations:
    cert-manager.io/cluster-issuer: letsencrypt
spec:
  ingressClassName: traefik
  tls:
    - hosts: [{name}.example.test]
      secretName: {name}-tls
  rules:
    - host: {name}.example.test
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  name: http
"""
FILES = {
    "kustomization.yaml": KUSTOMIZATION,
    "namespace.yaml": NAMESPACE,
    "deployment.yaml": DEPLOYMENT,
    "service.yaml": SERVICE,
    "ingress.yaml": INGRESS,
}
CONFIG = """version: 1
cluster: koala
registry: registry.example.test
owner: team
"""


def service(number: int) -> str:
    """Return the name of a service."""
    return f"service-{number:04}"


def tag(number: int) -> str:
    """Return a tag that looks like a commit."""
    return f"{number:040x}"


def make(root: Path, services: int) -> None:
    """Write the repo below `root` and commit it on branch main."""
    for number in range(services):
        app = root / "apps" / service(number)
        app.mkdir(parents=True)
        for file, text in FILES.items():
            (app / file).write_text(text.format(name=service(number), tag=tag(number)), encoding="utf-8")
    cluster = root / "clusters" / "koala"
    cluster.mkdir(parents=True)
    listed = "".join(f"  - ../../apps/{service(number)}\n" for number in range(services))
    text = f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n{listed}"
    (cluster / "kustomization.yaml").write_text(text, encoding="utf-8")
    (root / ".infra-tool.yaml").write_text(CONFIG, encoding="utf-8")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "start")):
        subprocess.run(("git", *command), cwd=root, check=True)
