"""Bare clients of the marketplaces: they sign on their own, so that two ways must agree."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from sandbox.marketplaces import Marketplace, Shop

FIELDS = (
    "tid,status,payment,created,modified,orders,seller_memo,seller_flag,oaid,receiver_name,"
    "receiver_address,receiver_mobile,receiver_phone,receiver_state,pay_time"
)


def beijing(at: int) -> str:
    """Return a moment (ms) as the platforms write it."""
    return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=8)).strftime("%F %T")


def md5_wrapped(params: Mapping[str, str], secret: str) -> str:
    text = secret + "".join(k + v for k, v in sorted(params.items())) + secret
    return hashlib.md5(text.encode()).hexdigest().upper()  # noqa: S324 - what the platforms use


@dataclass(slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Client:
    """Calls one marketplace for one shop; `skew` moves its clock (ms)."""

    http: ClientSession
    market: Marketplace
    token: str
    skew: int = 0
    secret: str = ""

    @property
    def now(self) -> int:
        return self.market.market.clock() + self.skew

    async def send(self, method: str, /, **params: Any) -> Answer:
        """Return the answer as it is."""
        prepare = {
            "taobao": self._taobao,
            "pinduoduo": self._pinduoduo,
            "jd": self._jd,
            "douyin": self._douyin,
        }[self.market.platform]
        async with prepare(method, params) as response:
            return Answer(response.status, response.headers, await response.read())

    async def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """Return the JSON of the answer."""
        answer = json.loads((await self.send(method, **params)).body)
        assert isinstance(answer, dict)
        return answer

    def _taobao(self, method: str, params: dict[str, Any]) -> Any:
        form = {
            "method": method,
            "app_key": self.market.app_key,
            "session": self.token,
            "timestamp": beijing(self.now),
            "v": "2.0",
            "sign_method": "md5",
            "format": "json",
        } | {key: str(value) for key, value in params.items()}
        form["sign"] = md5_wrapped({k: v for k, v in form.items() if v}, self._secret)
        return self.http.post(self.market.url, data=form)

    def _pinduoduo(self, method: str, params: dict[str, Any]) -> Any:
        form = {
            "type": method,
            "client_id": self.market.app_key,
            "access_token": self.token,
            "timestamp": str(self.now // 1000),
            "data_type": "JSON",
            "version": "V1",
        } | {key: str(value) for key, value in params.items()}
        form["sign"] = md5_wrapped({k: v for k, v in form.items() if v}, self._secret)
        return self.http.post(self.market.url, json=form)

    def _jd(self, method: str, params: dict[str, Any]) -> Any:
        form = {
            "method": method,
            "access_token": self.token,
            "app_key": self.market.app_key,
            "timestamp": beijing(self.now),
            "v": "2.0",
            "360buy_param_json": json.dumps(params, ensure_ascii=False, separators=(",", ":")),
        }
        form["sign"] = md5_wrapped(form, self._secret)
        return self.http.post(self.market.url, data=form)

    def _douyin(self, method: str, params: dict[str, Any]) -> Any:
        body = json.dumps(params, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        signed = {
            "app_key": self.market.app_key,
            "method": method,
            "param_json": body,
            "timestamp": str(self.now // 1000),
            "v": "2",
        }
        text = self._secret + "".join(k + signed[k] for k in sorted(signed)) + self._secret
        sign = hmac.new(self._secret.encode(), text.encode(), "sha256").hexdigest()
        query = {key: value for key, value in signed.items() if key != "param_json"}
        query |= {"access_token": self.token, "sign": sign, "sign_method": "hmac-sha256"}
        url = f"{self.market.url}/{method.replace('.', '/')}"
        headers = {"content-type": "application/json"}
        return self.http.post(url, params=query, data=body.encode(), headers=headers)

    @property
    def _secret(self) -> str:
        return self.secret or self.market.app_secret


@asynccontextmanager
async def client_of(
    market: Marketplace,
    shop: Shop | None = None,
    *,
    timeout: float = 10,  # noqa: ASYNC109
) -> AsyncIterator[Client]:
    """Open a client for one shop of a marketplace (the first)."""
    async with ClientSession(timeout=ClientTimeout(total=timeout)) as http:
        yield Client(http, market, market.session_of(shop or market.shop))
