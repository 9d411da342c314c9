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


def is_over(dog: Watchdog, since: float, at: float) -> bool:
    """Whether it is, asked every few seconds, as whoever sits up does."""
    asked = [dog.is_over(since + 5 * each) for each in range(1, int((at - since) / 5) + 1)]
    return any(asked) or dog.is_over(at)


def test_t19_fast_steps_may_be_silent_for_a_minute() -> None:
    dog, now = stepping(0.5)
    assert dog.patience == LEAST
    assert not is_over(dog, now, now + 59)
    assert dog.is_over(now + 61)


def test_t19_slow_steps_may_be_silent_for_twenty_of_them() -> None:
    dog, now = stepping(10)
    assert dog.patience == 200
    assert not is_over(dog, now, now + 199)
    assert dog.is_over(now + 201)


def test_t19_never_while_it_saves_measures_or_gets_ready() -> None:
    dog, now = stepping(0.5)
    dog.hears("Progress", now)
    assert dog.patience == BUSY
    assert not is_over(Watchdog(0.0), 0.0, BUSY - 1)
    dog.hears("Stepped", now + 200)  # what it did in between was no step
    assert dog.patience == LEAST


def test_t19_facts_between_two_steps_are_signs_of_life() -> None:
    dog, now = stepping(0.5)
    dog.hears("Evaluated", now + 50)
    assert not is_over(dog, now + 50, now + 100)


def test_t20_a_night_in_which_the_computer_slept_is_no_silence() -> None:
    dog, now = stepping(0.5)
    assert not dog.is_over(now + 5)
    assert not dog.is_over(now + 3_600)  # nobody was awake to listen
    assert is_over(dog, now + 3_600, now + 3_600 + 61)
