"""What a base model can do before training and should still do after: short questions, and rules of form.

The questions are general knowledge that small instruct models have; the rules are checked by code (as in IFEval,
2311.07911), so nobody has to judge. Knows no model.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Check: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Task:
    """A prompt, and whether a reply to it does what was asked."""

    prompt: str
    passes: Check


def kept(base: Sequence[bool], bot: Sequence[bool]) -> float:
    """The share of the base's ability that the bot still has; 1 where the base had none to lose."""
    return sum(bot) / sum(base) if any(base) else 1.0


def tasks() -> list[Task]:
    """The sixty questions, then the thirty rules."""
    known = [Task(f"{question} Answer in a few words.", says(*answers.split("|"))) for question, answers in QUESTIONS]
    return [*known, *RULES]


def says(*answers: str) -> Check:
    """Whether one of the answers stands in a reply as words of their own."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(answer)}(?!\w)" for answer in answers), re.IGNORECASE)
    return lambda reply: pattern.search(reply) is not None


def words_of(reply: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)*", reply)


def lines_of(reply: str) -> list[str]:
    return [line.strip() for line in reply.strip().splitlines() if line.strip()]


def _is_json(reply: str) -> bool:
    try:
        json.loads(reply.strip().removeprefix("```json").removesuffix("```").strip("`\n "))
    except (ValueError, RecursionError):
        return False
    return True


def _bullets(count: int) -> Check:
    return lambda reply: sum(line.startswith(("-", "*", "•")) for line in lines_of(reply)) == count


def _numbered(count: int) -> Check:
    return lambda reply: sum(re.match(r"\d+[.)]", line) is not None for line in lines_of(reply)) == count


def _word_count(low: int, high: int) -> Check:
    return lambda reply: low <= len(words_of(reply)) <= high


QUESTIONS: Final = (
    ("What is the capital of France?", "Paris"),
    ("What is the capital of Japan?", "Tokyo"),
    ("What is the capital of Italy?", "Rome"),
    ("What is the capital of Germany?", "Berlin"),
    ("What is the capital of Spain?", "Madrid"),
    ("What is the capital of Egypt?", "Cairo"),
    ("What is the capital of Canada?", "Ottawa"),
    ("What is the capital of Australia?", "Canberra"),
    ("On which continent is Kenya?", "Africa"),
    ("On which continent is Brazil?", "South America|America"),
    ("Which ocean lies between Europe and North America?", "Atlantic"),
    ("What is the longest river of Africa?", "Nile"),
    ("What is the highest mountain on Earth?", "Everest"),
    ("Which country has the shape of a boot?", "Italy"),
    ("What is two plus three?", "5|five"),
    ("What is seven times eight?", "56|fifty-six"),
    ("What is ten minus four?", "6|six"),
    ("What is half of thirty?", "15|fifteen"),
    ("How many sides has a triangle?", "3|three"),
    ("How many days has a week?", "7|seven"),
    ("How many months has a year?", "12|twelve"),
    ("How many minutes has an hour?", "60|sixty"),
    ("How many legs has a spider?", "8|eight"),
    ("How many letters has the English alphabet?", "26|twenty-six"),
    ("How many cents make a dollar?", "100|hundred"),
    ("Which planet is nearest to the sun?", "Mercury"),
    ("Which planet is known as the red one?", "Mars"),
    ("Which is the largest planet of our solar system?", "Jupiter"),
    ("What goes round the Earth once a month?", "moon"),
    ("What is frozen water called?", "ice"),
    ("At how many degrees Celsius does water boil?", "100|hundred"),
    ("Which gas do people need to breathe?", "oxygen"),
    ("What do plants need from the sun?", "light|sunlight|energy"),
    ("What is the chemical sign of gold?", "Au"),
    ("What is H2O?", "water"),
    ("Which organ pumps the blood?", "heart"),
    ("With which organ do we see?", "eye|eyes"),
    ("What do bees make?", "honey|wax"),
    ("What is a young dog called?", "puppy|pup"),
    ("What is a young cat called?", "kitten"),
    ("Which animal says moo?", "cow"),
    ("Which animal is called king of the jungle?", "lion"),
    ("What is the largest animal on Earth?", "whale"),
    ("Who wrote Romeo and Juliet?", "Shakespeare"),
    ("Who painted the Mona Lisa?", "Leonardo|da Vinci"),
    ("Who was the first man on the moon?", "Armstrong"),
    ("In which country did the Olympic Games begin?", "Greece"),
    ("Which language is spoken in Brazil?", "Portuguese"),
    ("Which language is spoken in Mexico?", "Spanish"),
    ("What colour do blue and yellow make?", "green"),
    ("What is the opposite of hot?", "cold"),
    ("What is the opposite of up?", "down"),
    ("What is the plural of mouse?", "mice"),
    ("What is the past tense of go?", "went"),
    ("Which season follows winter?", "spring"),
    ("Which day comes after Friday?", "Saturday"),
    ("Which month comes before May?", "April"),
    ("What do you call your mother's mother?", "grandmother|grandma"),
    ("What is the currency of Japan?", "yen"),
    ("What instrument has 88 keys?", "piano"),
)

RULES: Final = (
    Task("Answer with the single word yes.", lambda r: words_of(r.lower()) == ["yes"]),
    Task("Answer with the single word no.", lambda r: words_of(r.lower()) == ["no"]),
    Task("Write the word apple in capital letters, nothing else.", lambda r: r.strip(" .\n") == "APPLE"),
    Task("Write the number seven in digits, nothing else.", lambda r: r.strip(" .\n") == "7"),
    Task("List three fruits, one a line, each line beginning with a dash.", _bullets(3)),
    Task("List two colours, one a line, each line beginning with a dash.", _bullets(2)),
    Task("List five animals as a bullet list with dashes.", _bullets(5)),
    Task("List three cities as a numbered list.", _numbered(3)),
    Task("List four tools as a numbered list.", _numbered(4)),
    Task("Give two steps to make tea as a numbered list.", _numbered(2)),
    Task("Describe a tree in exactly one sentence.", lambda r: len(re.findall(r"[.!?](?:\s|$)", r.strip())) == 1),
    Task("Describe rain in one to five words.", _word_count(1, 5)),
    Task("Describe the sea in ten words at most.", _word_count(1, 10)),
    Task("Write at least thirty words about a river.", _word_count(30, 10_000)),
    Task("Write about snow in twenty to sixty words.", _word_count(20, 60)),
    Task("Answer in lower case letters only: what is a chair?", lambda r: bool(r.strip()) and r == r.lower()),
    Task("Answer in capital letters only: what is a table?", lambda r: bool(words_of(r)) and r == r.upper()),
    Task("Write a sentence about dogs without the letter z.", lambda r: bool(words_of(r)) and "z" not in r.lower()),
    Task("Write a sentence about the sun without a comma.", lambda r: bool(words_of(r)) and "," not in r),
    Task("Write a sentence that ends with an exclamation mark.", lambda r: r.strip().endswith("!")),
    Task("Write a question about the weather.", lambda r: r.strip().endswith("?")),
    Task("Begin your reply with the word However.", lambda r: r.lstrip(" \"'").startswith("However")),
    Task("End your reply with the word done.", lambda r: words_of(r.lower())[-1:] == ["done"]),
    Task("Use the word lantern in a sentence.", says("lantern")),
    Task("Use the words bread and river in one sentence.", lambda r: says("bread")(r) and says("river")(r)),
    Task("Put your whole reply in double quotation marks.", lambda r: r.strip()[:1] + r.strip()[-1:] in ('""', "“”")),
    Task('Reply with a JSON object that has a key "name".', lambda r: _is_json(r) and '"name"' in r),
    Task("Write two paragraphs with an empty line between them.", lambda r: len(r.strip().split("\n\n")) == 2),
    Task("Write a title for a story in square brackets.", lambda r: re.fullmatch(r"\[.+\]", r.strip()) is not None),
    Task("Count from one to five in digits, with commas between.", says("1, 2, 3, 4, 5", "1,2,3,4,5")),
)
