"""mynah doctor: sentences for a person, findings for a program."""

import json

import pytest

from app.command import main
from core import releases
from core.doctor import Finding


def test_it_looks_and_says_what_it_finds(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor"])
    said = capsys.readouterr().out
    assert "Device:" in said
    assert "Disk:" in said
    assert code == (1 if "TROUBLE" in said else 0)


def test_without_a_network_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    main(["doctor", "--network", "--json"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["level"] for each in found if each["about"] == "Network"] == ["note"]
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    main(["doctor", "--network"])
    assert "told to stay offline" in capsys.readouterr().out


def test_a_newer_version_is_asked_for_only_with_its_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def finding(address: str = "") -> Finding:
        asked.append(address)
        return Finding(about="Version", level="note", what="Mynah 99.0 is out.", fix="Get it.")

    monkeypatch.setattr(releases, "finding", finding)
    main(["doctor"])
    assert asked == []
    capsys.readouterr()
    assert main(["doctor", "--newer"]) == 0
    assert capsys.readouterr().out == "note     Version: Mynah 99.0 is out.\n         Get it.\n"
    assert asked == [""]
