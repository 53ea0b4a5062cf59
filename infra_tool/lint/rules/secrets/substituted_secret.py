"""A secret holds `${...}` under `stringData`, which Flux would substitute.

Flux decrypts first and then runs `postBuild` substitution over the text, so that `pa${s}word` becomes `password`, or
fails the build. Base64 under `data` passes unseen. The value can only be read with a private key, so `infra-tool secret
check` finds this, and plain lint does not.

```yaml
stringData:
  DB_PASSWORD: ENC[...]            # holds ${
```

Fix: `infra-tool secret unset PATH KEY` and `infra-tool secret set PATH KEY`, which puts such a value under `data`.
"""

from infra_tool.finding import Severity

CODE = "S024"
NAME = "substituted-secret"
SEVERITY: Severity = "warning"
