"""An encrypted file does not open as it was written: its content does not match its MAC, or a value was moved.

A hand merge or an edit of ciphertext leaves it behind, or somebody tampered with it. sops refuses the file from then
on, and so do the commands that write it, but Flux does not compare the MAC: it applies what it finds. To know takes a
private key, so `infra-tool secret check` finds this, and plain lint does not; with `secret check --identity FILE` a
file that this one key does not open is told as well.

```yaml
stringData:
  API_KEY: ENC[...]                # from our branch
sops:
  mac: ENC[...]                    # from theirs
```

Fix: restore the file from git, and set the value again with `infra-tool secret set`. Against bad merges:
`infra-tool secret git-setup`.
"""

from infra_tool.finding import Severity

CODE = "S009"
NAME = "unverified"
SEVERITY: Severity = "error"
