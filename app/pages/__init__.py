"""The pages, in the order of the sidebar."""

from app.pages.base import Page
from app.pages.chat import ChatPage
from app.pages.doctor import DoctorPage
from app.pages.examples import ExamplesPage
from app.pages.export import ExportPage
from app.pages.gather import GatherPage
from app.pages.history import HistoryPage
from app.pages.inside import InsidePage
from app.pages.library import LibraryPage
from app.pages.meters import MetersPage
from app.pages.models import ModelsPage
from app.pages.settings import SettingsPage
from app.pages.train import TrainPage
from app.pages.welcome import WelcomePage

PAGES: tuple[type[Page], ...] = (
    WelcomePage,
    GatherPage,
    LibraryPage,
    ExamplesPage,
    TrainPage,
    ChatPage,
    InsidePage,
    MetersPage,
    HistoryPage,
    ModelsPage,
    ExportPage,
    DoctorPage,
    SettingsPage,
)
