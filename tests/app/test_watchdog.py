"""T19: a device that hangs is found by its silence, and one that saves, measures or is slow is left alone."""

from app.watchdog import BUSY, LEAST, Watchdog


def stepping(seconds: float, steps: int = 10) -> tuple[Watchdog, float]:
    """A training that has made steps of so many seconds; and when the last one came."""
    now = 1_000.0
    dog = Watchdog(now)
    for _ in range(steps):
        now += seconds
        dog.hears("Stepped", now)
    return dog, now


def test_t19_fast_steps_may_be_silent_for_a_minute() -> None:
    dog, now = stepping(0.5)
    assert dog.patience == LEAST
    assert not dog.is_over(now + 59)
    assert dog.is_over(now + 61)


def test_t19_slow_steps_may_be_silent_for_twenty_of_them() -> None:
    dog, now = stepping(10)
    assert dog.patience == 200
    assert not dog.is_over(now + 199)
    assert dog.is_over(now + 201)


def test_t19_never_while_it_saves_measures_or_gets_ready() -> None:
    dog, now = stepping(0.5)
    dog.hears("Progress", now)
    assert dog.patience == BUSY
    assert not Watchdog(0.0).is_over(BUSY - 1)
    dog.hears("Stepped", now + 200)  # what it did in between was no step
    assert dog.patience == LEAST


def test_t19_facts_between_two_steps_are_signs_of_life() -> None:
    dog, now = stepping(0.5)
    dog.hears("Evaluated", now + 50)
    assert not dog.is_over(now + 100)
