"""How the page's figures are drawn: small SVGs whose colours are the page's, so that they follow its theme."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

WIDTH = 360
"""Pixels of a figure before the page scales it: what a telephone shows without scrolling."""

LANE = 13
"""Pixels from one line of marks or words to the next."""

EDGE = 16
"""Pixels left free at the sides."""

TASK_COLOURS = 6

TONES = {
    "drifted": "moved",
    "equivalent": "same",
    "inconclusive": "open",
    "differs": "moved",
    "no difference shown": "quiet",
    "pass": "same",
    "fail": "wrong",
    "attributed": "cause",
    "not shown": "quiet",
    "unidentified": "unknown",
    "confounded": "wrong",
    "order matters": "cause",
    "differs from nominal": "cause",
    "compatible with nominal": "quiet",
    "not a blend": "moved",
    "divided": "cause",
    "opposed": "moved",
    "like no pure task": "moved",
    "like a pure task": "same",
    "main task": "cause",
    "no main task": "open",
    "forgetting": "moved",
    "still learning": "same",
    "answering pays": "same",
    "answering costs": "moved",
    "rises": "moved",
    "falls": "moved",
    "stays": "same",
    "region found": "same",
    "not reachable": "moved",
    "these data cannot say": "open",
}
"""Colour of each verdict on the page, under names of their own: a style sheet must not say what no finding says."""

_NAMES = (
    "ink",
    "muted",
    "line",
    "band",
    "paper",
    "rule",
    "missed",
    *TONES.values(),
    *(f"task-{i}" for i in range(TASK_COLOURS)),
)
HEX = {name: f"#0a0b{index:02x}" for index, name in enumerate(dict.fromkeys(_NAMES))}
"""What each page colour is called while matplotlib draws."""

_VARIABLES = {colour: f"var(--{name})" for name, colour in HEX.items()}


def tone(verdict: str) -> str:
    """The colour of a verdict; of a word that is new here, a quiet one.

    >>> tone("drifted"), tone("never heard of")
    ('moved', 'open')
    """
    return TONES.get(verdict, "open")


def cut(name: str, room: int = 18) -> str:
    """A name short enough for a figure.

    >>> cut("ab"), cut("a-very-long-checkpoint-name")
    ('ab', 'a-very-lo…oint-name')
    """
    return name if len(name) <= room else f"{name[: room // 2]}…{name[-(room // 2) :]}"


@dataclass(frozen=True)
class Drawing:
    """An SVG and the words above it."""

    caption: str
    svg: str


@contextmanager
def plain_style() -> Iterator[None]:
    """Matplotlib as it comes, whatever the user's own settings are; text stays text, and a $ is a $."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.fonttype": "none", "text.parse_math": False, "font.size": 11})
        yield


def canvas(width: float, height: float, box: tuple[float, float, float, float]) -> tuple[Any, Any]:
    """A figure of so many pixels with one bare axes in `box` (left, bottom, width, height)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    figure.patch.set_visible(False)
    ax = figure.add_axes((box[0] / width, box[1] / height, box[2] / width, box[3] / height))
    ax.patch.set_visible(False)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(bottom=False, left=False, labelcolor=HEX["muted"], labelsize=10)
    ax.set_yticks([])
    return figure, ax


def to_svg(figure: Any, title: str, description: str) -> str:
    """The figure's SVG in page colours, without what differs between two runs."""
    import matplotlib

    buffer = StringIO()
    with matplotlib.rc_context({"svg.hashsalt": title}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", dpi=72, metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # The style that matplotlib writes would rule the whole page, not the figure alone.
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", _tidy_tag, text)
    text = re.sub(r">\s+<", "><", text.strip())
    text = re.sub(r"</?g\s*/?>|<defs></defs>", "", text)
    words = f"<title>{html.escape(title)}</title><desc>{html.escape(description)}</desc>"
    return text.replace(">", f">{words}", 1)


def _tidy_tag(found: re.Match[str]) -> str:
    tag = re.sub(r"\s+", " ", found.group())
    if tag.startswith("<svg"):
        box = re.search(r'viewBox="[^"]*"', tag)
        shape = box.group() if box else ""
        wide = float(shape.split()[2]) if box else 0
        room = f' style="min-width: {wide:.0f}px"' if wide > WIDTH else ""
        return f'<svg {shape}{room} role="img">'
    if tag.startswith("<g "):
        return "<g>"
    tag = re.sub(r"#0a0b[0-9a-f]{2}", lambda colour: _VARIABLES[colour.group()], tag)
    tag = re.sub(r"(\d\.\d)\d+", r"\1", tag)
    tag = re.sub(r" font-family: [^;\"]*;| stroke-linecap: square;?| transform=\"rotate\(-0 [^\"]*\"", "", tag)
    return re.sub(r' d="[^"]*"', _without_blanks, tag.replace("xlink:href", "href"))


def _without_blanks(path: re.Match[str]) -> str:
    return " d=" + re.sub(r" ?([A-Za-z]) ", r"\1", path.group()[3:])


def share_styles(page: str) -> str:
    """The page with the styles of its figures told once, as classes: a sweep's figures repeat few styles many times.

    Args:
        page: HTML whose style sheet holds the comment ``/* figures */``, where the classes go.
    """
    classes: dict[str, str] = {}

    def shared(style: re.Match[str]) -> str:
        return f'class="{classes.setdefault(style[1], f"f{len(classes)}")}"'

    page = re.sub(r"<svg.*?</svg>", lambda svg: re.sub(r'style="([^"]*)"', shared, svg.group()), page, flags=re.DOTALL)
    return page.replace("/* figures */", "\n".join(f".{name} {{ {style} }}" for style, name in classes.items()), 1)
