"""What Quill's operations mean: compose, transform, invert, apply. Equal, operation for operation, to quill-delta 5.

Operations are values: nothing here changes its arguments, and an answer may share parts with them.
A retain carries a number. Retains of an embed, which quill-delta knows only where a program registers their
meaning, are not part of this algebra: an embed is inserted and deleted whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from coediting.delta.check import BeyondTheEnd
from coediting.delta.units import Op, Ops, are_even, narrow, narrowed, units, widened

Attributes = Mapping[str, Any] | None

_DELETE: Final = 0
_RETAIN: Final = 1
_INSERT: Final = 2
_ENDLESS: Final = 1 << 62
"""How long the silent retain after the last operation is."""


# --- Operations one by one


def size(op: Op) -> int:
    """How many code units one operation covers; an embed is one."""
    if "retain" in op:
        return int(op["retain"])
    if "delete" in op:
        return int(op["delete"])
    content = op["insert"]
    return units(content) if type(content) is str else 1


def length(ops: Ops) -> int:
    """How many code units operations cover: for a text, its length."""
    return sum(map(size, ops))


def reach(ops: Ops) -> int:
    """How much of the text before a change must be there for the change to fit."""
    return sum(op.get("retain") or op.get("delete") or 0 for op in ops)


def _read(op: Op) -> tuple[int, int]:
    """Kind and size of an operation."""
    if "retain" in op:
        return _RETAIN, op["retain"]
    if "delete" in op:
        return _DELETE, op["delete"]
    content = op["insert"]
    if type(content) is not str:
        return _INSERT, 1
    return _INSERT, len(content) if content.isascii() else units(content)


def _part(op: Op, kind: int, start: int, count: int) -> Op:
    """`count` units of an operation, from its unit `start`."""
    if kind == _DELETE:
        return {"delete": count}
    part: Op
    if kind == _RETAIN:
        part = {"retain": count}
    else:
        content = op["insert"]
        part = {"insert": content[start : start + count] if type(content) is str else content}
    if op.get("attributes") is not None:
        part["attributes"] = op["attributes"]
    return part


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal as JSON: unlike in Python, true is not one."""
    if a is b:
        return True
    if a != b or isinstance(a, bool) is not isinstance(b, bool):
        return False
    if isinstance(a, dict):
        return all(same(value, b[key]) for key, value in a.items())
    if isinstance(a, list):
        return all(map(same, a, b))
    return True


def push(ops: list[Op], op: Op) -> None:
    """Add an operation to the end of a list, joined to its neighbour if it can be; insertions go before deletions."""
    if not ops:
        ops.append(op)
        return
    last = ops[-1]
    if "delete" in op:
        if "delete" in last:
            ops[-1] = {"delete": last["delete"] + op["delete"]}
        else:
            ops.append(op)
        return
    at = len(ops)
    is_insert = "insert" in op
    if is_insert and "delete" in last:
        at -= 1
        if at == 0:
            ops.insert(0, op)
            return
        last = ops[at - 1]
    kind = "insert" if is_insert else "retain"
    before, after = last.get(kind), op[kind]
    joins = before is not None and (not is_insert or (type(before) is str and type(after) is str))
    if joins and same(last.get("attributes"), op.get("attributes")):
        ops[at - 1] = {**op, kind: _joined(before, after)}
    else:
        ops.insert(at, op)


def _joined(before: Any, after: Any) -> Any:
    """Two lengths in one, or two texts; where each text brings half of a character, the character."""
    both = before + after
    return narrow(both) if type(both) is str and "\ud800" <= before[-1:] <= "\udbff" else both


def _chopped(ops: list[Op]) -> list[Op]:
    """Without a last retain that says nothing."""
    if ops and "retain" in ops[-1] and ops[-1].get("attributes") is None:
        ops.pop()
    return ops


# --- Attributes


def composed_attributes(a: Attributes, b: Attributes, *, keep_null: bool) -> Attributes:
    """`b` on top of `a`. A null removes; it stays a null where what it removes is not known yet."""
    if not b:
        return a or None
    result = dict(b) if keep_null else {name: value for name, value in b.items() if value is not None}
    if a:
        for name, value in a.items():
            if name not in b:
                result[name] = value
    return result or None


def _transformed_attributes(a: Attributes, b: Attributes, a_first: bool) -> Attributes:
    if not a or not b or not a_first:
        return b or None
    return {name: value for name, value in b.items() if name not in a} or None


def _are_one(a: Any, b: Any) -> bool:
    """JavaScript's `===` on what JSON brought: two objects are never one."""
    return not isinstance(a, dict | list) and same(a, b)


def _inverted_attributes(changed: Mapping[str, Any], base: Attributes) -> Attributes:
    base = base or {}
    result = {
        name: value for name, value in base.items() if name in changed and not _are_one(value, changed[name])
    }
    result |= {name: None for name in changed if name not in base}
    return result or None


def difference_of_attributes(a: Attributes, b: Attributes) -> Attributes:
    """The attributes that make `b` of `a`."""
    a, b = a or {}, b or {}
    changed = [name for name in {**a, **b} if name not in a or name not in b or not same(a[name], b[name])]
    return {name: b.get(name) for name in changed} or None


# --- The algebra


def _in_units(fn: Callable[[Ops, Ops], list[Op]]) -> Callable[[Ops, Ops], list[Op]]:
    """Let a function that slices strings work on wide forms, where there is a need."""

    @wraps(fn)
    def run(a: Ops, b: Ops) -> list[Op]:
        if are_even(a) and are_even(b):
            return fn(a, b)
        return narrowed(fn(widened(a), widened(b)))

    return run


def _untouched(a: Ops, b: Ops, result: list[Op]) -> tuple[int, int]:
    """Copy the insertions of `a` that a first plain retain of `b` passes whole: how many, and their length."""
    if not b or b[0].get("attributes") is not None:
        return 0, 0
    wanted = b[0].get("retain", 0)
    passed = 0
    for op in a:
        content = op.get("insert")
        if content is None:
            break
        count = len(content) if type(content) is str else 1
        if passed + count > wanted:
            break
        passed += count
        result.append(op)
    return len(result), passed


def compose(a: Ops, b: Ops) -> list[Op]:
    """The one change that does what `a` and then `b` do."""
    return _composed(a, b)


@_in_units
def _composed(a: Ops, b: Ops) -> list[Op]:
    result: list[Op] = []
    i, passed = _untouched(a, b, result)
    j = gone_a = 0
    gone_b = passed
    kind_a, size_a = _read_at(a, i)
    kind_b, size_b = _read_at(b, j)
    while i < len(a) or j < len(b):
        if gone_b == size_b:
            j, gone_b = j + 1, 0
            kind_b, size_b = _read_at(b, j)
        elif kind_b == _INSERT:
            push(result, b[j])
            gone_b = size_b
        elif gone_a == size_a:
            i, gone_a = i + 1, 0
            kind_a, size_a = _read_at(a, i)
        elif kind_a == _DELETE:
            push(result, a[i])
            gone_a = size_a
        else:
            count = min(size_a - gone_a, size_b - gone_b)
            is_last = kind_b == _RETAIN and (j >= len(b) or (j == len(b) - 1 and gone_b + count == size_b))
            if kind_b == _RETAIN:
                step = _retained(
                    a[i] if i < len(a) else {"retain": count}, kind_a, gone_a, count, _over(b, j)
                )
                push(result, step)
                is_last = is_last and same(result[-1], step)
            elif kind_a == _RETAIN:
                push(result, {"delete": count})
            gone_a, gone_b = gone_a + count, gone_b + count
            if is_last:
                return _chopped(_with_rest(result, a, i, gone_a))
    return _chopped(result)


def _read_at(ops: Ops, at: int) -> tuple[int, int]:
    return _read(ops[at]) if at < len(ops) else (_RETAIN, _ENDLESS)


def _over(ops: Ops, at: int) -> Attributes:
    return ops[at].get("attributes") if at < len(ops) else None


def _retained(op: Op, kind: int, start: int, count: int, over: Attributes) -> Op:
    """A part of `op` under a retain with the attributes `over`."""
    step = _part(op, kind, start, count)
    attributes = composed_attributes(step.get("attributes"), over, keep_null=kind == _RETAIN)
    if attributes:
        step["attributes"] = attributes
    else:
        step.pop("attributes", None)
    return step


def _with_rest(result: list[Op], a: Ops, i: int, gone: int) -> list[Op]:
    """What is left of `a` when `b` has no more to say: taken over as it is."""
    if i < len(a) and gone == _read(a[i])[1]:
        i, gone = i + 1, 0
    if i >= len(a):
        return result
    kind, total = _read(a[i])
    push(result, _part(a[i], kind, gone, total - gone) if gone else a[i])
    result.extend(a[i + 1 :])
    return result


def transform(a: Ops, b: Ops, *, a_first: bool) -> list[Op]:
    """`b` as it must read after `a`, when both were made on the same text.

    Where both insert at one place, `a_first` says whose words stand first; where both set one attribute, whose
    value is kept.
    """
    result: list[Op] = []
    i = j = left_a = left_b = 0
    skipped = 0  # a retain that is only written down when something follows it
    kind_a = kind_b = _RETAIN
    count_a, count_b = len(a), len(b)
    while True:
        if not left_a:
            kind_a, left_a = _read(a[i]) if i < count_a else (_RETAIN, _ENDLESS)
            i += 1
        if not left_b:
            if j == count_b:
                return result
            kind_b, left_b = _read(b[j])
            j += 1
        if kind_a == _INSERT and (a_first or kind_b != _INSERT):
            skipped += left_a
            left_a = 0
            continue
        step: Op | None
        if kind_b == _INSERT:
            step, left_b = b[j - 1], 0
        else:
            count = left_a if left_a < left_b else left_b
            left_a -= count
            left_b -= count
            if kind_a == _DELETE:
                continue
            op = b[j - 1]
            step = {"delete": count} if kind_b == _DELETE else _formatted(a, i - 1, op, count, a_first)
            if step is None:
                skipped += count
                continue
        if skipped:
            result.append({"retain": skipped})
            skipped = 0
        push(result, step)


def _formatted(a: Ops, at: int, op: Op, count: int, a_first: bool) -> Op | None:
    """What is left of the formats of the retain `op` over the retain `a[at]`."""
    over = op.get("attributes")
    if not over:
        return None
    over = _transformed_attributes(_over(a, at), over, a_first)
    return {"retain": count, "attributes": over} if over else None


def invert(change: Ops, base: Ops) -> list[Op]:
    """The change that takes `change` back, once it was applied to the text `base`."""
    return _inverted(change, base)


@_in_units
def _inverted(change: Ops, base: Ops) -> list[Op]:
    result: list[Op] = []
    at = gone = 0
    for op in change:
        kind, left = _read(op)
        over = op.get("attributes")
        if kind == _INSERT:
            push(result, {"delete": left})
            continue
        if kind == _RETAIN and over is None:
            push(result, {"retain": left})
        while left and at < len(base):
            kind_of_base, total = _read(base[at])
            count = min(left, total - gone)
            if kind == _DELETE:
                push(result, _part(base[at], kind_of_base, gone, count))
            elif over is not None:
                step: Op = {"retain": count}
                if attributes := _inverted_attributes(over, base[at].get("attributes")):
                    step["attributes"] = attributes
                push(result, step)
            left, gone = left - count, gone + count
            if gone == total:
                at, gone = at + 1, 0
    return _chopped(result)


def apply(text: Ops, change: Ops) -> list[Op]:
    """The text after a change. Raises BeyondTheEnd when the text is too short for it."""
    if reach(change) > length(text):
        raise BeyondTheEnd
    return _composed(text, change)


def transform_position(ops: Ops, index: int, *, is_own: bool) -> int:
    """Where a place in the text is after a change; one's own words at the place push it, others' do not."""
    at = 0
    for op in ops:
        if at > index:
            break
        count = size(op)
        if "delete" in op:
            index -= min(count, index - at)
            continue
        if "insert" in op and (at < index or is_own):
            index += count
        at += count
    return index


# --- Words


def from_plain(text: str) -> list[Op]:
    """A text without formats."""
    return [{"insert": text}] if text else []


def plain(ops: Ops) -> str:
    """The words of a text alone; an embed is one object replacement character, so that places stay the same."""
    return "".join(op["insert"] if type(op["insert"]) is str else "\ufffc" for op in ops)
