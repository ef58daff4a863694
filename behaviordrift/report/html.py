"""The findings document as one page that stands alone: no network, no other file, readable without scripts."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from behaviordrift.files import write_atomically
from behaviordrift.report.answer import answer, clearest
from behaviordrift.report.attribution import attribution_section
from behaviordrift.report.averages import averages_section
from behaviordrift.report.changes import candidates, changes_of, one_of_each
from behaviordrift.report.distributions import distribution_section
from behaviordrift.report.forgetting import forgetting_section, speed_section
from behaviordrift.report.influence import influence_section
from behaviordrift.report.levels import level_drawings
from behaviordrift.report.method import method_section
from behaviordrift.report.mixtures import mixture_text, percent
from behaviordrift.report.noise import noise_section
from behaviordrift.report.notes import distinct_notes, numbers_of
from behaviordrift.report.outputs import outputs_section
from behaviordrift.report.phase import phase_section
from behaviordrift.report.phase_sweep import phase_sweep_section
from behaviordrift.report.preference import preference_section
from behaviordrift.report.recommendation_section import recommendation_section
from behaviordrift.report.risk import risk_section
from behaviordrift.report.svg import share_styles, tone
from behaviordrift.report.voice import voice_section


def write_page(document: dict[str, Any], path: Path) -> Path:
    """Write the report page, whole or not at all.

    Args:
        document: the findings document, from `make_document` or read back from its file.
        path: the HTML file; an older one is replaced.
    """
    write_atomically(path, render(document))
    return path


def render(document: dict[str, Any]) -> str:
    """The page's HTML."""
    environment = Environment(
        loader=PackageLoader("behaviordrift.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=percent,
        tone=tone,
        svg=Markup,
        breakable=_breakable,
        mixture=mixture_text,
        distinct_notes=distinct_notes,
        numbers_of=numbers_of,
    )
    script, style = (environment.get_template(name).render().strip() for name in ("report.js", "report.css"))
    changes, design = changes_of(document), document["study"]["design"]
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    page = environment.get_template("report.html.j2").render(
        document=document,
        study=document["study"],
        design=design,
        style=Markup(style),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        answer=answer(document),
        clearest=clearest(attributions),
        candidates=candidates(changes),
        recommendation=recommendation_section(document),
        attribution=attribution_section(attributions, design),
        phase=phase_section(document),
        phase_sweep=phase_sweep_section(document),
        influence=influence_section(document),
        averages=averages_section(document),
        voice=voice_section(document),
        risk=risk_section(document),
        distributions=distribution_section(document),
        noise=noise_section(document),
        levels=level_drawings(document, one_of_each(f for f in changes if f["kind"] == "drift")),
        preference=preference_section(document),
        forgetting=forgetting_section(document),
        speed=speed_section(document),
        outputs=outputs_section(document),
        measuring=method_section(document),
    )
    return share_styles(page)


def _breakable(name: str) -> Markup:
    """A name that may be broken after its underscores where a column is narrow."""
    return escape(name).replace("_", Markup("_<wbr>"))
