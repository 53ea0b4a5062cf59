import pytest

from infra_tool import sops
from infra_tool.sops.selectors import DEFAULT, Selector, portable


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        ("^(data|stringData)$", "data", True),
        ("^(data|stringData)$", "metadata", False),
        ("^data$", "data\n", False),
        (r"\.enc\.ya?ml$", "apps/n8n/secrets.enc.yaml", True),
        ("pass", "db_password", True),
        ("(?i)PASS", "db_password", True),
        ("(?i:PASS)word", "db_password", True),
        ("a(?i)b", "aB", True),
        ("a(?i)b", "AB", False),
        ("((?i)a|b)c", "Bc", True),
        ("((?i)a|b)c", "BC", False),
        ("x(?i)a|b", "xA", True),
        ("x(?i)a|b", "B", True),
        ("x(?i)a|b", "XA", False),
        ("x|(?i)a(?:b|c)", "AC", True),
        (r"(?i)\((a)[)]", "(A)", True),
        ("((?i)(pass|secret($|[^N])|key|^data$))", "API_KEY", True),
        (r"[a-z]{2,3}\d+", "ab12", True),
        (r"^\d$", "٣", False),
        (r"a\$", "a$", True),
        ("[$]", "$", True),
        ("[]a]", "]", True),
        ("(?P<name>x)", "x", True),
        (r"x\z", "x", True),
        (r"x\z", "x\n", False),
    ],
)
def test_means_the_same_as_in_go(pattern: str, text: str, *, hit: bool) -> None:
    assert (portable(pattern).search(text) is not None) is hit


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=x)", "(?!x)", "(?<=x)", "(?<!x)", r"(a)\1", "(?P=name)", "(?P<n>a)(?P=n)", "(?>a)", "a++", "a*+", "a?+",
        "a{1,2}+", "a{,3}", "[[:alpha:]]", r"\pL", r"\QxE", r"x\Z", "(?m)^x$", "(?x)a b", "(?#c)", r"\u0041",
        r"[\u0041]", "[a&&b]", "[a--b]", "[a[b]", "(", "a(?i)b(?P<n>c)", "a(?i)(", "*a",
    ],
)  # fmt: skip
def test_what_go_reads_otherwise_or_not_at_all_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        portable(pattern)


@pytest.mark.parametrize(
    ("selector", "path", "selected"),
    [
        (Selector("encrypted_regex", "^(data|stringData)$"), ("stringData", "KEY"), True),
        (Selector("encrypted_regex", "^(data|stringData)$"), ("metadata", "labels", "data"), True),
        (Selector("encrypted_regex", "^(data|stringData)$"), ("metadata", "name"), False),
        (Selector("unencrypted_regex", "^(kind|metadata)$"), ("metadata", "name"), False),
        (Selector("unencrypted_regex", "^(kind|metadata)$"), ("data", "KEY"), True),
        (Selector("encrypted_suffix", "_secret"), ("a_secret", "b"), True),
        (Selector("encrypted_suffix", "_secret"), ("a", "b"), False),
        (DEFAULT, ("anything",), True),
        (DEFAULT, ("shown_unencrypted", "below"), False),
    ],
)
def test_any_component_of_the_path_decides(selector: Selector, path: tuple[str, ...], *, selected: bool) -> None:
    assert selector.selects(path) is selected


def test_a_selector_by_comment_is_for_the_sops_program() -> None:
    selector = Selector("encrypted_comment_regex", "enc")
    assert selector.problem is None
    recipients = (sops.recipient(sops.generate_identity().recipient),)
    assert sops.writer("a.yaml", recipients, selector).NAME == "sops"
    assert Selector("encrypted_comment_regex", "enc(").problem
