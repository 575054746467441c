"""Pages keep to the content security policy: nothing inline, nothing from elsewhere."""

import re

from tests.architecture.tree import under

INLINE = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "inline handler": re.compile(r"""\s(on[a-z]+|hx-on[\w:.\-]*)\s*=\s*["']""", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
}

# A link that a person may follow is fine; whatever the browser would fetch by itself is not.
LOADED = re.compile(
    r"""<(?!a\b)[a-z][^>]*\s(src|href|srcset|poster|data|action|formaction)\s*=\s*["']?(https?:)?//"""
    r"""|url\(\s*["']?(https?:)?//|@import\s+["'](https?:)?//|\b(from|import|fetch)\s*\(?\s*["'`](https?:)?//""",
    re.IGNORECASE,
)


def without_comments(template: str) -> str:
    return re.sub(r"\{#.*?#\}|<!--.*?-->", "", template, flags=re.DOTALL)


def breaches(template: str) -> set[str]:
    return {what for what, pattern in INLINE.items() if pattern.search(without_comments(template))}


def test_templates_hold_nothing_inline() -> None:
    templates = under("templates")
    assert templates
    assert not {(name, what) for name, text in templates.items() for what in breaches(text)}


def test_pages_load_nothing_from_elsewhere() -> None:
    files = under("templates", "static")
    assert not {name for name, text in files.items() if LOADED.search(without_comments(text))}


def test_the_patterns_find_what_they_are_for() -> None:
    assert breaches("<style>a{}</style>") == {"inline style"}
    assert breaches('<p style="x">') == {"inline style"}
    assert breaches("<script>go()</script>") == {"inline script"}
    assert breaches('<b onclick="go()">') == breaches('<b hx-on:click="go()">') == {"inline handler"}
    assert breaches('<a href="javascript:go()">') == {"script address"}
    assert not breaches('<script type="module" src="{{ static(\'a.js\') }}"></script><b class="style" data-on="1">')
    for loaded in (
        '<img src="//x.example/y">',
        "a{background:url(https://x.example/y)}",
        "import a from 'https://x.example'",
    ):
        assert LOADED.search(loaded)
    assert not LOADED.search('<a href="https://x.example">x</a><link href="/static/app.css">')
