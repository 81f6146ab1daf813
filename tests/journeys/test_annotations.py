"""Exported Web Annotations, resolved by a real browser on the page that they point to."""

from __future__ import annotations

import pytest

from feedback_app.comments.models import Anchor
from tests.core.test_text_content import CONSTRUCTS
from tests.factories import Make
from tests.journeys.conftest import Site

RESOLVE = """(target) => {
  const part = document.getElementById(target.selector.value);
  const text = part.textContent;
  const points = [...text];
  const [quote, position] = target.selector.refinedBy;
  const starts = [];
  const sought = quote.prefix + quote.exact + quote.suffix;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1))
    starts.push([...text.slice(0, at + quote.prefix.length)].length);
  return {
    cut: points.slice(position.start, position.end).join(""),
    before: points.slice(0, position.start).join("").endsWith(quote.prefix),
    behind: points.slice(position.end).join("").startsWith(quote.suffix),
    starts,
    lang: part.closest("[lang]").lang,
  };
}"""
"""Both selectors as the Recommendation reads them: in code points; a quote with its sides."""


@pytest.mark.one_engine
def test_every_selector_finds_its_quote_and_nothing_else(site: Site) -> None:
    sources = {name: source for name, source in CONSTRUCTS.items() if source.strip()}
    with site.database.session(writing=True) as session:
        make = Make(session)
        revision = make.revision(
            sections=[{"title": name, "source": source} for name, source in sources.items()]
        )
        round_ = make.round(revision=revision)
        for section in revision.sections:
            for start, end in _spans(section.text):
                quote = section.text[start:end]
                make.comment(round=round_, section_key=section.key, quote=quote)
        session.commit()
        slug, quotes = round_.slug, session.query(Anchor).count()
    page = site.window()
    page.goto(f"{site.url}/rounds/{slug}")
    told = page.evaluate(
        "async (at) => (await fetch(at)).json()", f"{site.url}/rounds/{slug}/comments.jsonld"
    )
    targets = [item["target"] for item in told["first"]["items"]]
    assert len(targets) == quotes > 60
    (source,) = {target["source"] for target in targets}

    page.goto(source)
    for target in targets:
        quote, position = target["selector"]["refinedBy"]
        found = page.evaluate(RESOLVE, target)
        assert found["cut"] == quote["exact"]
        assert found["before"], quote
        assert found["behind"], quote
        assert position["start"] in found["starts"], quote


def _spans(text: str) -> set[tuple[int, int]]:
    """Beginning, middle and end of a text, and all of it."""
    third = max(1, len(text) // 3)
    spans = {(0, third), (third, 2 * third), (len(text) - third, len(text)), (0, len(text))}
    return {(start, end) for start, end in spans if text[start:end].strip()}
