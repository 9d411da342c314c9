"""Downloads from a model hub that lets us down in every way: each told in a sentence, and nothing fetched twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import download, hub, shelf
from core.download import Span, Wanted
from core.errors import DiskTrouble, NetworkTrouble, Trouble, Unsupported, WrongFile
from core.events import Progress, Stop, Work, drain, never
from core.hub import Order
from core.paths import Home
from tests.fakes.hub import COMMIT, FakeHub, serving

ORDER = Order(id="tiny", title="Tiny", repo="a/b")
BIG = bytes(range(256)) * 8000  # 2 MB


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    files = {
        "config.json": b'{"model_type": "llama"}',
        "tokenizer.json": b'{"model": {}}',
        "model.safetensors": BIG,
        "pytorch_model.bin": BIG,
        "onnx/model.onnx": BIG,
    }
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download.fetch, "__defaults__", ((0.01, 0.01),))
    with serving(FakeHub(files)) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.address)
        yield fake


def whole(folder: Path, stop: Stop) -> Work[bool]:
    assert (folder / "model.safetensors").read_bytes() == BIG
    yield from ()
    return not stop()


FINE = hub.Checks(glance=lambda _: None, whole=whole)


def get(home: Home, stop: Stop = never, token: str | None = None, order: Order = ORDER) -> shelf.Shelved | None:
    return drain(hub.get(home, order, token, FINE, stop))[1]


def trouble(home: Home, token: str | None = None) -> Trouble:
    with pytest.raises(Trouble) as caught:
        get(home, token=token)
    return caught.value


def test_a_model_comes_whole_with_its_licence_and_its_commit_and_without_pickles(home: Home, site: FakeHub) -> None:
    model = get(home)
    assert model is not None
    assert sorted(path.name for path in model.folder.iterdir()) == [
        "config.json",
        "model.safetensors",
        "mynah.json",
        "tokenizer.json",
    ]
    assert (model.card.revision, model.card.licence, model.card.origin) == (COMMIT, "mit", "downloaded")
    assert drain(shelf.verify(model, never))[1] == []
    assert hub.arrived(home, "tiny") == 0
    assert all("mynah/" in agent and "torch" not in agent for agent in site.agents)  # no more of this computer
    before = len(site.agents)
    assert get(home) == model  # again, without asking
    assert len(site.agents) == before


def test_a_model_that_cannot_be_built_is_refused_before_its_weights_are_fetched(home: Home, site: FakeHub) -> None:
    def glance(folder: Path) -> None:
        assert (folder / "config.json").is_file()
        raise Unsupported("Mynah does not know this type of model.", fix="Choose another.")

    with pytest.raises(Unsupported):
        drain(hub.get(home, ORDER, None, hub.Checks(glance=glance, whole=whole), never))
    assert {name for name, _ in site.ranges} == {"config.json", "tokenizer.json"}


def test_weights_that_are_no_numbers_are_found_when_they_arrive_and_not_at_night(home: Home, site: FakeHub) -> None:
    def nan(folder: Path, stop: Stop) -> Work[bool]:
        yield Progress(1, 2, "Reading the model")
        raise WrongFile("This model holds weights that are not numbers.", fix="Choose another.")

    with pytest.raises(WrongFile):
        drain(hub.get(home, ORDER, None, hub.Checks(glance=lambda _: None, whole=nan), never))
    assert shelf.all_models(home) == []
    assert get(home, stop=lambda: True) is None  # stopped while it is read: what arrived stays
    assert get(home) is not None


def test_progress_goes_from_nothing_to_everything_and_never_back(home: Home, site: FakeHub) -> None:
    events, _ = drain(hub.get(home, ORDER, None, FINE, never))
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)
    assert {event.total for event in events if isinstance(event, Progress)} == {done[-1]}


def test_cut_at_30_per_cent_it_goes_on_from_there(home: Home, site: FakeHub) -> None:
    site.cut_at = 0.3
    assert get(home) is not None
    assert [begin for name, begin in site.ranges if name == "model.safetensors"] == [0, round(len(BIG) * 0.3)]


def test_cut_for_good_it_says_so_and_goes_on_another_day(home: Home, site: FakeHub) -> None:
    site.cut_at, site.cuts = 0.3, 99
    assert "breaks off again and again" in trouble(home).what
    kept = hub.arrived(home, "tiny")
    assert kept >= round(len(BIG) * 0.3)
    site.cuts, before = 0, len(site.ranges)
    assert get(home) is not None
    assert site.ranges[before:] == [("model.safetensors", round(len(BIG) * 0.3))]


def test_a_server_that_cannot_go_on_in_the_middle_begins_again(home: Home, site: FakeHub) -> None:
    site.cut_at, site.ignores_ranges = 0.3, True
    assert get(home) is not None


def test_bytes_that_are_not_those_promised_are_thrown_away(home: Home, site: FakeHub) -> None:
    site.lies = True
    told = trouble(home)
    assert isinstance(told, WrongFile)
    assert "model.safetensors arrived damaged" in told.what
    assert not (hub.arriving(home, "tiny") / "model.safetensors").exists()
    assert shelf.all_models(home) == []


def test_a_flipped_byte_in_what_an_earlier_try_left_is_found(home: Home, site: FakeHub) -> None:
    site.cut_at, site.cuts = 0.5, 99
    trouble(home)
    part = hub.arriving(home, "tiny") / "model.safetensors.part"
    part.write_bytes(b"\xff" + part.read_bytes()[1:])
    site.cuts = 0
    assert "arrived damaged" in trouble(home).what
    assert get(home) is not None


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (401, {}, "no model of this name, or shows it only to people"),  # what it says of both
        (401, {"X-Error-Code": "GatedRepo"}, "gives this model only to people it knows"),
        (403, {"X-Error-Code": "GatedRepo"}, "gives this model only to people it knows"),
        (404, {"X-Error-Code": "RepoNotFound"}, "no model of this name"),
        (429, {"Retry-After": "600"}, "too many requests"),
        (503, {}, "in trouble itself (answer 503)"),
        (407, {}, "The proxy that this computer is set to use"),
    ],
)
def test_what_the_hub_refuses_is_told(
    home: Home, site: FakeHub, status: int, headers: dict[str, str], sentence: str
) -> None:
    site.status, site.headers = status, headers
    assert sentence in trouble(home).what


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (401, {}, "only to people it knows"),
        (404, {}, "does not have this file"),
        (429, {"Retry-After": "600"}, "too many requests"),
        (429, {}, "too many requests"),
        (500, {}, "in trouble itself (answer 500)"),
        (407, {}, "The proxy that this computer is set to use"),
        (418, {}, "refuses this download (answer 418)"),
    ],
)
def test_and_so_is_what_it_refuses_of_a_file(
    home: Home, site: FakeHub, status: int, headers: dict[str, str], sentence: str
) -> None:
    site.files_status, site.headers = status, headers
    assert sentence in trouble(home).what


@pytest.mark.parametrize(
    ("headers", "fix"),
    [
        ({"Retry-After": "600"}, "in 10 minutes."),
        ({"RateLimit": '"api";r=0;t=55'}, "in 1 minute."),
        ({}, "in 5 minutes."),
    ],
)
def test_how_long_to_wait_is_told_in_minutes(home: Home, site: FakeHub, headers: dict[str, str], fix: str) -> None:
    site.status, site.headers = 429, headers
    assert trouble(home).fix == f"Start the download again {fix} {download.KEPT}"


def test_a_model_with_a_gate_opens_with_a_token(home: Home, site: FakeHub) -> None:
    site.token = "hf_right"
    assert "accept its terms" in trouble(home).fix
    stale = trouble(home, "hf_wrong")
    assert "does not accept the access token" in stale.what
    assert "remove the old one" in stale.fix
    assert get(home, token="hf_right") is not None


def test_a_proxy_is_gone_through(home: Home, site: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    monkeypatch.setenv("HTTP_PROXY", site.address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert get(home) is not None
    assert site.meant == "hub.invalid"


def test_a_proxy_that_refuses_is_named(home: Home, site: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    monkeypatch.setenv("HTTPS_PROXY", site.address)  # which knows no CONNECT
    assert "The proxy that this computer is set to use" in trouble(home).what


def test_a_full_disk_is_told_before_the_first_byte(home: Home, site: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1 << 20})())
    told = trouble(home)
    assert isinstance(told, DiskTrouble)
    assert "0.3 GB of disk" in told.what
    assert site.ranges == []


def test_a_disk_that_fills_up_on_the_way_keeps_what_came(
    home: Home, site: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = download.Arrival.receive

    def full(self: download.Arrival, *args: object) -> Iterator[Progress]:
        for event in real(self, *args):  # type: ignore[arg-type]  # the arguments of receive, handed on
            yield event
            if self.have > len(BIG) // 2:
                raise OSError(28, "No space left on device")

    monkeypatch.setattr(download.Arrival, "receive", full)
    assert "The disk is full" in trouble(home).what
    monkeypatch.undo()
    monkeypatch.setenv("HF_ENDPOINT", site.address)
    assert hub.arrived(home, "tiny") > len(BIG) // 2
    assert get(home) is not None


def test_stopped_it_keeps_what_came_and_forgets_it_when_told(home: Home, site: FakeHub) -> None:
    asked = iter([False] * 6 + [True] * 9)
    assert get(home, lambda: next(asked)) is None
    assert hub.arrived(home, "tiny") > 0
    hub.forget(home, "tiny")
    assert hub.arrived(home, "tiny") == 0
    hub.forget(home, "tiny")
    assert get(home) is not None


def test_a_new_commit_on_the_hub_does_not_mix_with_the_old_one(home: Home, site: FakeHub) -> None:
    site.cut_at, site.cuts = 0.5, 99
    trouble(home)
    site.cuts, site.commit = 0, "d" * 40
    assert "does not have this file" in trouble(home).what  # it asks for the commit with which it began
    hub.forget(home, "tiny")
    model = get(home)
    assert model is not None
    assert model.card.revision == "d" * 40


def test_offline_means_no_question_is_asked(home: Home, site: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(home) is not None
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert get(home) is not None  # it is here
    before = len(site.agents)
    with pytest.raises(NetworkTrouble, match="stay offline"):
        get(home, order=Order(id="other", title="Other", repo="a/b"))
    assert len(site.agents) == before


def test_without_a_network_it_says_what_still_works(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    told = trouble(home)
    assert told.what == "The model hub cannot be reached."
    assert "Models that are here already work without it." in told.fix


@pytest.mark.parametrize("id_", ["..", "../x", "", "a/b"])
def test_what_arrived_is_nowhere_else(home: Home, id_: str) -> None:
    (home.models / "mine").mkdir(parents=True)
    with pytest.raises(WrongFile):
        hub.forget(home, id_)
    assert (home.models / "mine").is_dir()


def test_weights_that_could_run_code_are_refused(home: Home, site: FakeHub) -> None:
    del site.files["model.safetensors"]
    with pytest.raises(Unsupported, match="safetensors"):
        get(home)


def test_a_name_that_is_none_is_told(home: Home, site: FakeHub) -> None:
    with pytest.raises(Unsupported, match="no name of a model"):
        get(home, order=Order.by_name("a/b/c//"))


def test_more_bytes_than_promised_are_refused(tmp_path: Path, site: FakeHub) -> None:
    wanted = Wanted(name="model.safetensors", size=1000, digest="0" * 64)
    read = download.reading(f"{site.address}/a/b/resolve/{COMMIT}/model.safetensors", {})
    with pytest.raises(WrongFile, match="damaged"):
        drain(download.fetch(wanted, tmp_path, read, never, Span(0, 1000)))
