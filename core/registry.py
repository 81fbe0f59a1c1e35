"""What upper apps lend to lower ones by name, registered in `AppConfig.ready`. The one way for a call to go up."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_functions: dict[str, Callable[..., Any]] = {}
_listeners: dict[str, set[str]] = defaultdict(set)


def register(name: str, function: Callable[..., Any]) -> None:
    """Lend a function under a name, once."""
    known = _functions.get(name)
    if known is not None and known != function:
        raise LookupError(f"{name} is registered twice")
    _functions[name] = function


def lent(name: str) -> Callable[..., Any]:
    """The function registered under a name. Raises LookupError when no app lent it."""
    try:
        return _functions[name]
    except KeyError:
        raise LookupError(f"no app registered {name}") from None


def listen(verb: str, task_name: str) -> None:
    """Have a task run, once for each event, after acts with this audit verb were committed."""
    _listeners[verb].add(task_name)


def listeners(verb: str) -> frozenset[str]:
    """The names of the tasks that wait for a verb."""
    return frozenset(_listeners.get(verb, ()))


def lent_as(suffix: str) -> tuple[Callable[..., Any], ...]:
    """What every app lent under its own name and this one, as `<app>.<suffix>`, in the order of their names."""
    return tuple(_functions[name] for name in sorted(_functions) if name.partition(".")[2] == suffix)
