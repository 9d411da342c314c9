"""The commands, in the order in which help lists them. Each is a module with `add(subparsers)`."""

from app.commands import (
    backup,
    bench,
    chat,
    demo,
    doctor,
    export,
    import_,
    inside,
    library,
    models,
    plan,
    report,
    runs,
    serve,
    sources,
    train,
)

COMMANDS = (
    import_,
    library,
    sources,
    plan,
    train,
    chat,
    serve,
    inside,
    demo,
    runs,
    report,
    models,
    export,
    backup,
    doctor,
    bench,
)
