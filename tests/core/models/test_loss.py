"""The loss without logits is the loss, and so are its gradients, however small the chunks are."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from core import footprint
from core.models import lora, loss
from core.models.decoder import IGNORE, Decoder
from core.models.dropout import Dropout
from core.shape import Shape

SHAPE = Shape(vocab=60, context=32, layers=3, width=32, heads=4, kv_heads=2, inner=48, gated=True, logit_scale=0.5)
UNTIED = Shape(vocab=60, context=32, layers=2, width=32, heads=4, kv_heads=2, inner=48, tied=False)


def model(shape: Shape) -> Decoder:
    made = Decoder(shape)
    made.initialise(1)
    return made


def batch(masked: bool = True) -> tuple[Tensor, Tensor]:
    ids = torch.randint(60, (3, 21), generator=torch.Generator().manual_seed(2))
    targets = ids[:, 1:].clone()
    if masked:
        targets[0, :7] = IGNORE
        targets[2] = IGNORE
    return ids[:, :-1], targets


def gradients(of: Tensor, made: Decoder) -> list[Tensor]:
    return list(torch.autograd.grad(of, [weight for weight in made.parameters() if weight.requires_grad]))


def in_chunks(rows: int, vocab: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a chunk have no more rows than these."""
    for name, value in (("LOGITS", rows * vocab), ("LEAST_ROWS", 1), ("ROUND", 1)):
        monkeypatch.setattr(footprint, name, value)


def naive(made: Decoder, ids: Tensor, targets: Tensor) -> Tensor:
    """The loss with all logits at once."""
    logits = made.logits(made(ids)).flatten(0, 1)
    return F.cross_entropy(logits, targets.flatten(), ignore_index=IGNORE, reduction="sum")


@pytest.mark.parametrize("shape", [SHAPE, UNTIED], ids=["tied", "untied"])
@pytest.mark.parametrize("rows", [1, 7, 1000])
@pytest.mark.parametrize("masked", [True, False])
def test_in_chunks_it_is_the_same_loss_with_the_same_gradients(
    shape: Shape, rows: int, masked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_chunks(rows, shape.vocab, monkeypatch)
    made, (ids, targets) = model(shape), batch(masked)
    right, given = naive(made, ids, targets), made.loss(ids, targets)
    torch.testing.assert_close(given, right, atol=1e-5, rtol=1e-6)
    for mine, theirs in zip(gradients(given * 3, made), gradients(right * 3, made), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)
    with torch.inference_mode():
        torch.testing.assert_close(made.loss(ids, targets), right, atol=1e-5, rtol=1e-6)


def test_no_more_logits_are_made_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    in_chunks(5, SHAPE.vocab, monkeypatch)
    sizes: list[int] = []
    logits = loss._logits

    def noting(x: Tensor, table: Tensor) -> Tensor:
        made = logits(x, table)
        sizes.append(made.numel())
        return made

    monkeypatch.setattr(loss, "_logits", noting)
    model(SHAPE).loss(*batch()).backward()  # type: ignore[no-untyped-call]
    assert max(sizes) == 5 * SHAPE.vocab


@pytest.mark.parametrize(
    ("rows", "vocab", "chunk"), [(512, 50_257, 256), (512, 151_936, 192), (9, 50_257, 9), (0, 99, 1)]
)
def test_chunks_are_of_one_size_and_large_enough_to_multiply_fast(rows: int, vocab: int, chunk: int) -> None:
    assert footprint.rows_at_once(rows, vocab) == chunk


def test_a_table_that_gets_its_gradient_in_parts_gets_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made, (ids, targets) = model(SHAPE), batch()
    in_chunks(9, SHAPE.vocab, monkeypatch)
    right = gradients(made.loss(ids, targets), made)
    monkeypatch.setattr(loss, "WORDS", 7)
    for mine, theirs in zip(gradients(made.loss(ids, targets), made), right, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-6, rtol=1e-6)


def test_the_loss_of_sure_guesses_is_exact() -> None:
    """The share of a word that is all but certain is 1 in fp32, of one that is ruled out 0."""
    logits = torch.tensor([[200.0, 0.0, -200.0], [3.0, 2.0, 1.0], [1e4, 1e4, -1e4]])
    targets = torch.tensor([1, 0, 2])
    right = F.cross_entropy(logits.double(), targets, reduction="none")
    given, _ = loss._judged(logits.clone(), targets[:, None])
    torch.testing.assert_close(given.squeeze(1).double(), right, atol=1e-5, rtol=1e-6)


def test_a_frozen_table_gets_no_gradient() -> None:
    made, (ids, targets) = model(SHAPE), batch()
    lora.attach(made, lora.whole(made), rank=2, alpha=4, seed=1)
    given, right = made.loss(ids, targets), naive(made, ids, targets)
    for mine, theirs in zip(gradients(given, made), gradients(right, made), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)
    assert made.embedding.weight.grad is None


@pytest.mark.parametrize("adapted", [True, False])
def test_blocks_computed_twice_give_the_same_gradients(adapted: bool) -> None:
    made, (ids, targets) = model(SHAPE), batch()
    if adapted:
        lora.attach(made, lora.whole(made), rank=2, alpha=4, seed=1)
    right = gradients(made.loss(ids, targets), made)
    made.checkpointing = True
    for mine, theirs in zip(gradients(made.loss(ids, targets), made), right, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)


def test_blocks_computed_twice_draw_the_same_noise_twice() -> None:
    """The gradient is the slope of the very loss that was computed: with other noise the second time it is not."""
    made, (ids, targets) = model(SHAPE), batch()
    made.checkpointing = True

    def noisy() -> Tensor:
        return made.loss(ids, targets, Dropout(0.2, torch.Generator().manual_seed(7)))

    weight = dict(made.named_parameters())["blocks.1.feed_forward.up.weight"]
    slope_OI = torch.autograd.grad(noisy(), [weight])[0]
    step_OI, losses = 0.5 * slope_OI / slope_OI.norm(), list[float]()
    for sign in (1, -2):
        with torch.no_grad():
            weight.add_(sign * step_OI)
        losses.append(noisy().item())
    assert losses[0] - losses[1] == pytest.approx(float(slope_OI.norm()), rel=0.02)


def test_so_few_numbers_of_rows_that_the_library_need_not_keep_a_program_for_each() -> None:
    for count in (1, 63, 64, 65, 1_000):
        targets = torch.full((1_024,), IGNORE)
        targets[torch.randperm(1_024)[:count]] = 3
        places, found = loss.with_targets(targets, IGNORE)
        assert found == count
        assert len(places) % footprint.ROUND == 0
        assert bool((targets[places[:count]] == 3).all())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rows_that_only_fill_up_change_nothing(dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    x, table = (torch.randn(rows, 32, dtype=dtype) for rows in (70, 60))
    targets = torch.randint(60, (70,))
    table.requires_grad_()
    whole = loss.cross_entropy(x[:41], table, targets[:41])
    (right,) = torch.autograd.grad(whole, table)
    filled = loss.cross_entropy(x, table, targets, count=41)
    (mine,) = torch.autograd.grad(filled, table)
    assert filled.item() == pytest.approx(whole.item(), rel=1e-6)
    torch.testing.assert_close(mine, right, atol=1e-2, rtol=1e-2)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_training_whose_targets_come_and_go_takes_no_more_memory_from_step_to_step() -> None:
    """It took 100 MB more with every eight steps of this: blocks of ever other sizes, and a program for each."""
    program = (
        "import torch\n"
        "from core.bench.memory_worker import now\n"
        "from core.models.decoder import IGNORE, Decoder\n"
        "from core.shape import Shape\n"
        "from core.train.memory import keep_freed\n"
        "keep_freed()\n"
        "torch.set_num_threads(1)\n"
        "shape = Shape(vocab=4096, context=256, layers=1, width=64, heads=2, kv_heads=2, inner=64)\n"
        "model = Decoder(shape).to(torch.bfloat16)\n"
        "model.initialise(1)\n"
        "taken = []\n"
        "for step in range(60):\n"
        "    ids = torch.randint(4096, (4, 256))\n"
        "    targets = ids.clone()\n"
        "    targets[torch.rand(4, 256) < 0.2 + 0.7 * step / 60] = IGNORE\n"
        "    torch.autograd.grad(model.loss(ids, targets), [*model.parameters()])\n"
        "    taken.append(now())\n"
        "print((taken[-1] - taken[9]) / 1e6)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 40
