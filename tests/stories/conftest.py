"""Stories open the same window as the tests of the app, with the real work behind it."""

from tests.app.conftest import home, open_window

__all__ = ["home", "open_window"]
