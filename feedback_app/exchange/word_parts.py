"""The parts of a Word file that stand around its text: styles, lists, settings, relations."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from feedback_app.exchange import word_xml as xml
from feedback_app.exchange.word_body import (
    BULLETS_LIST,
    HEADINGS_LIST,
    NumberedList,
)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_KINDS = ("styles", "numbering", "settings", "footnotes", "comments", "footer")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_BULLETS = "•◦▪"
_HEADING_SIZES = (36, 30, 26, 24, 22, 22)


def pack(parts: Mapping[str, str]) -> bytes:
    """A zip of these parts; the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            package.writestr(entry, xml.HEAD + text, zipfile.ZIP_DEFLATED, compresslevel=6)
    return out.getvalue()


def package_parts(
    body: str,
    *,
    title: str,
    language: str,
    links: Mapping[str, str],
    lists: Sequence[NumberedList],
    footnotes: Sequence[str],
    comments: str = "",
    marks: str = "",
    is_wide: bool = False,
) -> dict[str, str]:
    """Every part of the file around a finished body; `marks` is kept beside the text."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            [
                ("rDocument", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
                ("rCore", f"{_RELATIONS}/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _core(title, language),
        "word/document.xml": _document(body, is_wide=is_wide),
        "word/_rels/document.xml.rels": _document_relations(links, has_marks=bool(marks)),
        "word/styles.xml": _styles(language),
        "word/numbering.xml": _numbering(lists),
        "word/settings.xml": _SETTINGS,
        "word/footnotes.xml": _footnotes(footnotes),
        "word/comments.xml": f"<w:comments {xml.SPACES}>{comments}</w:comments>",
        "word/footer1.xml": _FOOTER,
    }
    if marks:
        parts["customXml/item1.xml"] = marks
    return parts


def _content_types() -> str:
    named = [("/word/document.xml", f"{_WORD}.document.main+xml")]
    named += [
        (f"/word/{kind}{'1' * (kind == 'footer')}.xml", f"{_WORD}.{kind}+xml")
        for kind in _KINDS
    ]
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    named.append(("/docProps/core.xml", core))
    overrides = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in named)
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(found: Sequence[tuple[str, str, str]], outside: str = "") -> str:
    inside = "".join(
        f'<Relationship Id="{id_}" Type="{type_}" Target="{xml.attribute(target)}"/>'
        for id_, type_, target in found
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inside}{outside}</Relationships>'


def _document_relations(links: Mapping[str, str], *, has_marks: bool) -> str:
    kinds = f"{_OFFICE}/relationships"
    found = [
        (f"r{kind.title()}", f"{kinds}/{kind}", f"{kind}{'1' * (kind == 'footer')}.xml")
        for kind in _KINDS
    ]
    if has_marks:
        found.append(("rMarks", f"{kinds}/customXml", "../customXml/item1.xml"))
    outside = "".join(
        f'<Relationship Id="{id_}" Type="{kinds}/hyperlink" '
        f'Target="{xml.attribute(address)}" TargetMode="External"/>'
        for address, id_ in links.items()
    )
    return _relations(found, outside)


def _core(title: str, language: str) -> str:
    """No person is named; a file tells its title and language alone."""
    package = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return (
        f'<cp:coreProperties xmlns:cp="{package}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{xml.words(title)}</dc:title>"
        f"<dc:language>{xml.words(language)}</dc:language></cp:coreProperties>"
    )


def _document(body: str, *, is_wide: bool) -> str:
    size = (
        'w:w="15840" w:h="12240" w:orient="landscape"' if is_wide else 'w:w="12240" w:h="15840"'
    )
    margin = 'w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"'
    page = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rFooter"/><w:pgSz {size}/>'
        f'<w:pgMar {margin} w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    )
    return f"<w:document {xml.SPACES}><w:body>{body}{page}</w:body></w:document>"


def _style(
    id_: str,
    name: str,
    *,
    look: str = "",
    shape: str = "",
    based_on: str = "Normal",
    next_: str = "",
    kind: str = "paragraph",
) -> str:
    inner = f'<w:name w:val="{name}"/>'
    inner += f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    inner += f'<w:next w:val="{next_}"/>' if next_ else ""
    inner += "<w:qFormat/>"
    inner += f"<w:pPr>{shape}</w:pPr>" if shape else ""
    inner += f"<w:rPr>{look}</w:rPr>" if look else ""
    default = ' w:default="1"' if id_ == "Normal" else ""
    return f'<w:style w:type="{kind}"{default} w:styleId="{id_}">{inner}</w:style>'


def _space(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _left(twentieths: int) -> str:
    return f'<w:ind w:left="{twentieths}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _border(side: str) -> str:
    return f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="81797F"/>'


_MONO = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
_SANS = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>'
_SERIF = '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:cs="Georgia"/>'


def _styles(language: str) -> str:
    spoken = {"en": "en-US", "es": "es-US"}.get(language, language)
    look = f'{_SERIF}{_size(22)}<w:lang w:val="{xml.attribute(spoken)}"/>'
    made = [
        f"<w:docDefaults><w:rPrDefault><w:rPr>{look}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:after="140" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>",
        _style("Normal", "Normal", based_on=""),
        _style("Title", "Title", look="<w:b/>" + _size(48), shape=_space(0, 240)),
    ]
    for rank, size in enumerate(_HEADING_SIZES, start=1):
        shape = "<w:keepNext/>"
        if rank <= 3:
            level = f'<w:ilvl w:val="{rank - 1}"/><w:numId w:val="{HEADINGS_LIST}"/>'
            shape += f"<w:numPr>{level}</w:numPr>"
        shape += _space(320 if rank < 3 else 240, 100) + f'<w:outlineLvl w:val="{rank - 1}"/>'
        name = f"heading {rank}"
        made.append(
            _style(
                f"Heading{rank}", name, look="<w:b/>" + _size(size), shape=shape, next_="Normal"
            )
        )
    bar = f"<w:pBdr>{_border('left')}</w:pBdr>"
    rule = f"<w:pBdr>{_border('bottom')}</w:pBdr>"
    quiet = _SANS + '<w:color w:val="5A525F"/>' + _size(18)
    made += [
        _style("ListParagraph", "List Paragraph", shape=_space(0, 60) + _left(360)),
        _style(xml.MORE_STYLE, "List Continue", shape=_space(0, 60) + _left(360)),
        _style("Quote", "Quote", shape=bar + _left(480), look="<w:i/>"),
        _style(xml.CODE_STYLE, "HTML Preformatted", shape=_left(360), look=_MONO + _size(20)),
        _style(xml.RULE_STYLE, "Horizontal Line", shape=rule),
        _style(xml.FACTS_STYLE, "Section Facts", shape=_space(0, 140), look=quiet),
        _style(
            xml.PLACEHOLDER_STYLE, "Section Placeholder", shape=bar + _left(240), look="<w:i/>"
        ),
        _style("FootnoteText", "footnote text", shape=_space(0, 40), look=_size(18)),
        _style("CommentText", "annotation text", look=_size(20)),
        _style("HTMLCode", "HTML Code", kind="character", based_on="", look=_MONO),
        _style(
            "FootnoteReference",
            "footnote reference",
            kind="character",
            based_on="",
            look='<w:vertAlign w:val="superscript"/>',
        ),
        _style(
            "CommentReference",
            "annotation reference",
            kind="character",
            based_on="",
            look=_size(16),
        ),
        f'<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        f"<w:pPr>{_space(0, 0)}</w:pPr><w:tblPr><w:tblBorders>{_grid()}</w:tblBorders>"
        '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>",
    ]
    return f"<w:styles {xml.SPACES}>{''.join(made)}</w:styles>"


def _grid() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(
        f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="81797F"/>' for s in sides
    )


def _level(depth: int, form: str, pattern: str, style: str = "") -> str:
    hang = 0 if style else 360
    left = 0 if style else 360 * (depth + 1)
    own = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{own}'
        f'<w:suff w:val="{"space" if style else "tab"}"/><w:lvlText w:val="{pattern}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{hang}"/></w:pPr>'
        "</w:lvl>"
    )


def _numbering(lists: Sequence[NumberedList]) -> str:
    headings = [
        _level(n, "decimal", ".".join(f"%{m}" for m in range(1, n + 2)), f"Heading{n + 1}")
        for n in range(3)
    ]
    bullets = [_level(n, "bullet", _BULLETS[n % 3]) for n in range(9)]
    numbers = [_level(n, "decimal", f"%{n + 1}.") for n in range(9)]
    # A kind for each list: LibreOffice makes one of lists that share theirs.
    levels_of = [headings, bullets, *([numbers] * len(lists))]
    kinds = [
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="multilevel"/>'
        f"{''.join(levels)}</w:abstractNum>"
        for n, levels in enumerate(levels_of)
    ]
    nums = [_num(HEADINGS_LIST, 0), _num(BULLETS_LIST, 1)]
    for kind, each in enumerate(lists, start=2):
        start = f'<w:startOverride w:val="{each.start}"/>'
        anew = f'<w:lvlOverride w:ilvl="{each.level}">{start}</w:lvlOverride>'
        nums.append(_num(each.number, kind, anew))
    return f"<w:numbering {xml.SPACES}>{''.join(kinds)}{''.join(nums)}</w:numbering>"


def _num(number: int, kind: int, more: str = "") -> str:
    of = f'<w:abstractNumId w:val="{kind}"/>'
    return f'<w:num w:numId="{number}">{of}{more}</w:num>'


def _footnotes(texts: Sequence[str]) -> str:
    apart = "".join(
        f'<w:footnote w:type="{name}" w:id="{id_}"><w:p><w:r><w:{name}/></w:r></w:p>'
        "</w:footnote>"
        for id_, name in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f"<w:footnotes {xml.SPACES}>{apart}{''.join(texts)}</w:footnotes>"


_SETTINGS = (
    f'<w:settings {xml.SPACES}><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/>'
    '</w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)
_FOOTER = (
    f'<w:ftr {xml.SPACES}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
