"""Templates with what never changes in them written once: constant words in each language, icons, addresses of files.

A page has hundreds of such pieces and shows the same of each every time. What a page says stays the same, letter for
letter: each piece is drawn by its own tag, when the template is read in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any
from uuid import UUID

from django.template import Context, Engine, Node, Template
from django.template.base import FilterExpression, NodeList, TextNode, VariableNode, render_value_in_context
from django.template.defaulttags import IfNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import base, cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.templatetags.ui import icon

ALWAYS_ALIKE: frozenset[Callable[..., Any]] = frozenset({icon})
"""Tags whose drawing depends on their arguments and on nothing else."""


class _Written(base.Loader):
    """Reads a template in the language of the moment."""

    def get_template(self, template_name: str, skip: list[Any] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        write_out(template.nodelist, template)
        return template


class Loader(cached.Loader, _Written):
    """Keeps each template once for each language it was asked for in."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """The template's name, and the language of the words in it."""
        return f"{get_language()} {super().cache_key(template_name, skip)}"


class ConstantInclude(IncludeNode):
    """Shows another template, which it looks up once: the name stands in the tag."""

    def __init__(self, usual: IncludeNode, engine: Engine) -> None:
        super().__init__(
            usual.template, extra_context=usual.extra_context, isolated_context=usual.isolated_context
        )
        self.engine = engine

    def render(self, context: Context) -> SafeString:
        """The other template, drawn in this context."""
        if isinstance(self.template.var, str):
            self.template.var = self.engine.get_template(self.template.var)
        return super().render(context)


class Shown(VariableNode):
    """Shows a value; words and ids, which are most of them, without asking for what only numbers and times need."""

    def render(self, context: Context) -> Any:
        """The value as a reader sees it, escaped."""
        value = self.filter_expression.resolve(context)
        if context.autoescape:
            if type(value) is SafeString:
                return value
            if type(value) is str:
                return escape(value)
            if type(value) is UUID:
                return str(value)
        return render_value_in_context(value, context)


def write_out(nodes: NodeList, template: Template) -> None:
    """Put text in the place of every node below that says the same each time, and join what stands side by side."""
    nodes[:] = _joined(_written(node, template) for node in nodes)
    for node in nodes:
        for below in _lists_in(node):
            write_out(below, template)


def _lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # its `nodelist` is a copy
        yield from (below for _condition, below in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        below = getattr(node, name, None)
        if isinstance(below, NodeList):
            yield below


def _written(node: Node, template: Template) -> Node:
    if type(node) is IncludeNode and _is_constant(node.template) and "./" not in str(node.template.var):
        found: Node = ConstantInclude(node, template.engine)
    elif type(node) is VariableNode:
        found = Shown(node.filter_expression)
    elif _says_the_same(node):
        context = Context()
        context.template = template
        found = TextNode(node.render(context))
    else:
        return node
    found.token, found.origin = node.token, node.origin
    return found


def _joined(nodes: Iterable[Node]) -> Iterator[Node]:
    """Neighbouring texts as one."""
    text: TextNode | None = None
    for node in nodes:
        if type(node) is TextNode:
            if text is not None:
                text.s += node.s
            else:
                text = node
            continue
        if text is not None:
            yield text
            text = None
        yield node
    if text is not None:
        yield text


def _says_the_same(node: Node) -> bool:
    if type(node) is TranslateNode:
        context = node.message_context
        return (
            not node.asvar and _is_literal(node.filter_expression) and (not context or _is_constant(context))
        )
    if type(node) is BlockTranslateNode:
        return not (node.asvar or node.plural or node.message_context or node.extra_context) and all(
            token.token_type.name == "TEXT" for token in node.singular
        )
    if type(node) is StaticNode:
        return node.varname is None and _is_constant(node.path)
    if type(node) is SimpleNode:
        given = [*node.args, *node.kwargs.values()]
        return node.func in ALWAYS_ALIKE and node.target_var is None and all(map(_is_constant, given))
    return False


def _is_constant(words: FilterExpression) -> bool:
    """Whether an argument is written out in the tag."""
    return not words.is_var and not words.filters


def _is_literal(words: FilterExpression) -> bool:
    """The same of what is translated, which Django keeps as a variable."""
    return getattr(words.var, "literal", None) is not None and not words.filters
