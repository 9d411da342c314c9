"""The commands, in the order in which help lists them. Each is a module with `add(subparsers)`."""

from app.commands import bench, chat, demo, import_, runs, train

COMMANDS = (import_, train, chat, demo, runs, bench)
