"""Does a signer put everything where a platform looks for it, and catch what was changed?"""

import inspect
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.signing import Signer, Verdict, profile
from core.adapters.signing.plain import json_text, text
from core.adapters.signing.profiles import shipped
from core.domain.errors import BadInput
from core.domain.secret import Secret
from tests.clock import DAY, MINUTE, MONDAY_TEN
from tests.signing.test_vectors import signer

SORTED = [name for name, one in shipped().items() if not one.signed.keys]
SECRETS = {
    "secret": Secret("s3cret"),
    "app_key": Secret("app1"),
    "access_token": Secret("token9"),
}
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=12)
values = st.text(min_size=1, max_size=20)
tables = st.dictionaries(names.filter(lambda name: name != "sign"), values, min_size=1)


@given(st.data(), tables)
def test_the_order_of_the_parameters_does_not_matter(
    data: st.DataObject, table: dict[str, str]
) -> None:
    """However a request is put together, its signature is the same."""
    shuffled = dict(data.draw(st.permutations(list(table.items()))))
    for name in SORTED:
        assert signer(name, "s").signature(table) == signer(name, "s").signature(shuffled)


@given(st.data(), tables)
def test_an_edited_value_changes_the_signature(data: st.DataObject, table: dict[str, str]) -> None:
    """One character more, or another one, in any value is found out by every profile."""
    name = data.draw(st.sampled_from(sorted(table)))
    edited = data.draw(st.one_of(values, st.just(table[name] + "0")))
    for way in SORTED:
        one = signer(way, "s")
        signature = one.signature(table)
        assert one.verify(table, b"", signature)
        assert one.verify({**table, name: edited}, b"", signature) is (edited == table[name])


@given(st.binary(min_size=1, max_size=60), st.data())
def test_an_edited_byte_of_a_body_changes_the_signature(body: bytes, data: st.DataObject) -> None:
    """Bodies are signed byte for byte: any other byte anywhere is found out."""
    at = data.draw(st.integers(0, len(body) - 1))
    byte = data.draw(st.integers(0, 255))
    edited = body[:at] + bytes([byte]) + body[at + 1 :]
    for way in ("generic", "generic-body", "douyin-push"):
        one = Signer(profile(way), SECRETS)
        sent = one.sign({}, body, MONDAY_TEN)
        assert one.check({}, sent.headers, body, MONDAY_TEN) is Verdict.GOOD
        verdict = Verdict.GOOD if edited == body else Verdict.FORGED
        assert one.check({}, sent.headers, edited, MONDAY_TEN) is verdict


@pytest.mark.parametrize("way", sorted(shipped()))
def test_another_secret_is_found_out(way: str) -> None:
    """What one account signed is no other account's."""
    params = {name: "1" for name in shipped()[way].signed.keys if name != "body"} or {"a": "1"}
    signature = signer(way, "one").signature(params, b"x")
    assert signer(way, "one").verify(params, b"x", signature)
    assert not signer(way, "other").verify(params, b"x", signature)


def test_signatures_are_compared_in_constant_time() -> None:
    """The comparison tells nothing by the time it takes (and is made in one place only)."""
    source = inspect.getsource(Signer)
    assert source.count("compare_digest(") == 1
    assert "self.verify(" in inspect.getsource(Signer.check)


@pytest.mark.parametrize("odd", ["", "é" * 32, "\ud800", "0" * 100_000])
def test_a_strange_signature_is_only_wrong(odd: str) -> None:
    """Whatever a stranger sends in its place is a wrong signature, never an error."""
    assert not signer("jd", "s").verify({"a": "\udc80"}, b"", odd)


def test_a_zero_is_signed_and_an_empty_text_is_not() -> None:
    """F4: stock 0 has to be signed; the platforms' libraries leave empty values out."""
    for way in ("taobao", "pinduoduo"):
        one = signer(way, "s")
        assert one.signature({"a": "1", "quantity": "0"}) != one.signature({"a": "1"})
        assert one.signature({"a": "1", "memo": ""}) == one.signature({"a": "1"})
    assert signer("jd", "s").signature({"a": ""}) != signer("jd", "s").signature({})


def test_taobao_is_a_form_with_a_beijing_time() -> None:
    """Token under the name `session`, time as text in Beijing, all of it in the form."""
    one = Signer(profile("taobao"), SECRETS)
    params, body = one.pack({"num_iid": 1, "quantity": 0, "memo": None})
    sent = one.sign({"method": "taobao.item.quantity.update", **params}, body, MONDAY_TEN)
    assert (sent.query, sent.body, sent.form["session"]) == ({}, b"", "token9")
    assert sent.form["timestamp"] == "2026-03-02 10:00:00"
    assert (sent.form["quantity"], "memo" in sent.form) == ("0", False)
    unsigned = {name: value for name, value in sent.form.items() if name != "sign"}
    assert one.verify(unsigned, b"", sent.form["sign"])
    assert one.verify(sent.form, b"", sent.form["sign"])  # `sign` itself is never signed


def test_jd_packs_its_own_values_into_one_parameter() -> None:
    """F5: 360buy_param_json holds the call's values and sorts before everything else."""
    one = Signer(profile("jd"), SECRETS)
    _, body = one.pack({"page": "1", "a": [1.0]})
    sent = one.sign({"method": "m"}, body, MONDAY_TEN)
    assert sent.form["360buy_param_json"] == '{"a":[1],"page":"1"}'
    assert (sent.body, sent.query) == (b"", {})
    assert one.verify(sent.form, b"", sent.signature)
    names = sorted(name for name in sent.form if name != "sign")
    assert names[:2] == ["360buy_param_json", "access_token"]


def test_douyin_signs_its_body_and_leaves_the_token_out() -> None:
    """System parameters in the address, the values as JSON body; the token is not signed."""
    one = Signer(profile("douyin"), SECRETS)
    _, body = one.pack({"title": "A&B<礼盒>", "id": 3480000000000000001, "n": {"b": 1, "a": 2.0}})
    sent = one.sign({"method": "order.searchList"}, body, MONDAY_TEN)
    assert sent.body.decode() == '{"id":3480000000000000001,"n":{"a":2,"b":1},"title":"A&B<礼盒>"}'
    assert (sent.form, sent.headers) == ({}, {"content-type": "application/json"})
    assert set(sent.query) == {
        "access_token", "app_key", "method", "sign", "sign_method", "timestamp", "v",
    }  # fmt: skip
    assert sent.query["timestamp"] == str(MONDAY_TEN // 1000)
    assert one.verify(sent.query | {"access_token": "another"}, body, sent.signature)
    assert not one.verify(sent.query | {"method": "another"}, body, sent.signature)


def test_a_webhook_cannot_be_played_again() -> None:
    """The time is signed; five minutes later, or with another time, the same call is refused."""
    one = Signer(profile("generic"), SECRETS)
    sent = one.sign({}, b'{"a":1}', MONDAY_TEN)
    headers = {name.upper(): value for name, value in sent.headers.items()}
    late, body = MONDAY_TEN + 6 * MINUTE, b'{"a":1}'
    assert one.check({}, headers, body, MONDAY_TEN + 4 * MINUTE) is Verdict.GOOD
    assert one.check({}, headers, body, late) is Verdict.STALE
    assert one.check({}, headers, body, MONDAY_TEN - DAY) is Verdict.STALE
    freshened = headers | {"X-TIMESTAMP": str(late // 1000)}
    assert one.check({}, freshened, body, late) is Verdict.FORGED
    assert one.check({}, {}, body, MONDAY_TEN) is Verdict.UNSIGNED
    untimed = {"x-signature": sent.signature}
    assert one.check({}, untimed, body, MONDAY_TEN) is Verdict.UNSIGNED


def test_a_webhook_without_a_time_can_be_played_again() -> None:
    """The control of the above: where no time is signed, a recorded call stays good."""
    one = Signer(profile("generic-body"), SECRETS)
    headers = one.sign({}, b"{}", MONDAY_TEN).headers
    assert headers["X-Hub-Signature-256"].startswith("sha256=")
    assert one.check({}, headers, b"{}", MONDAY_TEN + DAY) is Verdict.GOOD


@pytest.mark.parametrize("odd", ["", "soon", "9" * 400, "2026-03-02 10:00:00", "-1", "٣"])
def test_a_strange_time_is_stale(odd: str) -> None:
    """A time that is none never passes, even when it was signed with the right secret."""
    one = Signer(profile("generic"), SECRETS)
    headers = one.sign({"X-Timestamp": odd}, b"", MONDAY_TEN).headers
    assert one.check({}, headers, b"", MONDAY_TEN) is Verdict.STALE


def test_an_event_for_another_app_is_forged() -> None:
    """Our own key is what is signed, whatever the header claims."""
    ours = Signer(profile("douyin-push"), SECRETS)
    theirs = Signer(profile("douyin-push"), {**SECRETS, "app_key": Secret("app2")})
    headers = theirs.sign({}, b"[]", MONDAY_TEN).headers
    assert ours.check({}, headers, b"[]", MONDAY_TEN) is Verdict.FORGED


def test_what_is_missing_is_named() -> None:
    """A signature over half of what has to be signed is never made."""
    with pytest.raises(BadInput, match="method, timestamp"):
        signer("douyin", "s").signature({"app_key": "a", "v": "2"}, b"{}")
    with pytest.raises(BadInput, match="secret"):
        Signer(profile("jd"), {}).signature({"a": "1"})


def test_nothing_secret_is_shown() -> None:
    """S39: neither a signer nor what it made shows a key, a token or a signature when printed."""
    one = Signer(profile("taobao"), SECRETS)
    shown = repr(one) + repr(one.sign({"method": "m"}, b"", MONDAY_TEN)) + repr(SECRETS)
    assert not [word for word in ("s3cret", "app1", "token9") if word in shown]


def test_values_are_written_as_the_platforms_write_them() -> None:
    """true, whole numbers without a point, compact JSON with sorted names; 64 bits are kept."""
    written = [
        text(value) for value in (True, 1.0, 0, 12345678901234567890, "a", [1, {"b": "中"}])
    ]
    assert written == ["true", "1", "0", "12345678901234567890", "a", '[1,{"b":"中"}]']
    assert json.loads(json_text({"b": 1.5, "a": None})) == {"a": None, "b": 1.5}
