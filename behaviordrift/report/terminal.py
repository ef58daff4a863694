"""The findings document in the terminal: a block for each candidate, then the mixture, the voice and the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from behaviordrift.findings.margins import DEFAULT_MARGINS, margin_text
from behaviordrift.findings.wording import change_text, effect_text, interval_text, level_text, p_text
from behaviordrift.findings.wording_gate import stopping_sentence
from behaviordrift.report.averages import averages_of
from behaviordrift.report.changes import changes_of
from behaviordrift.report.distributions import distribution_lines
from behaviordrift.report.fields import number, where
from behaviordrift.report.influence import shares_of_mixtures
from behaviordrift.report.method import OWN_NOTES
from behaviordrift.report.mixtures import mixture_text
from behaviordrift.report.noise import noise_findings_of, noise_row
from behaviordrift.report.phase import phase_findings_of, phase_row
from behaviordrift.report.phase_sweep import phase_sweep_findings_of, phase_sweep_row
from behaviordrift.report.risk import risk_findings_of, stops_text
from behaviordrift.report.tables import LEAST, Column, folded, folded_shares, room_left, table
from behaviordrift.report.voice import Voice, voices

BLOCKS = 6
"""Candidates shown in full; the page has them all."""

LINES = 6
"""Notes, and lines on risk preference and on forgetting, that are shown; the page has them all."""

VOICES = 12
"""Rows of the table of voice; the page has them all."""


def show(document: dict[str, Any], console: Console) -> None:
    """Print the document's findings."""
    _show_stopping(document, console)
    changes = changes_of(document)
    candidates = list(dict.fromkeys(f["candidate"] for f in changes))
    for candidate in candidates[:BLOCKS]:
        console.print(_drift_table([f for f in changes if f["candidate"] == candidate], console.width))
    if len(candidates) > BLOCKS:
        console.print(f"{len(candidates) - BLOCKS} more candidates are in the report.\n")
    _show_lines("Labels whose distribution differs", distribution_lines(document), console)
    _show_mixture(document, console)
    _show_voices(voices(document), console)
    _show_lines("Risk preference", _risk_lines(document), console)
    _show_forgetting(document, console)
    _show_noise(document, console)
    _show_footer(document, changes, console)


def show_mixture(document: dict[str, Any], console: Console) -> None:
    """Print what the mixture and its order did, and nothing else."""
    _show_stopping(document, console)
    if document["study"]["design"] is None:
        console.print("No two mixtures are known, so nothing can be said of what the mixture did.")
    _show_mixture(document, console)
    _show_notes((f for f in document["findings"] if f["kind"] in ("attribution", "phase")), console)
    _show_scale(document["study"]["design"], console)


def _show_stopping(document: dict[str, Any], console: Console) -> None:
    if stopping := document["study"].get("stopping"):
        console.print(stopping_sentence(stopping), style="bold", markup=False)


def _show_mixture(document: dict[str, Any], console: Console) -> None:
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    design = document["study"]["design"]
    if attributions and design["rung"] != "L0":
        console.print(_attribution_table(attributions, design, console.width))
    elif attributions:
        console.print(f"What the mixture did: not identified, {'; '.join(design['reasons'])}.", markup=False)
    if phases := phase_findings_of(document):
        console.print(_phase_table(phases, console.width))
    _show_phase_sweep(phase_sweep_findings_of(document), console)
    _show_influence(document, console)


def _drift_table(findings: list[dict[str, Any]], width: int) -> Table:
    numbers = [
        Column("baseline", [level_text(f["unit_text"], number(f["level_baseline"])) for f in findings]),
        Column("candidate", [level_text(f["unit_text"], number(f["level_candidate"])) for f in findings]),
        Column("change [95 % interval]", [_change(f) for f in findings]),
        Column("adj. p", [p_text(number(f["p_adj"])) for f in findings]),
    ]
    short = [Column("before", numbers[0].cells), Column("after", numbers[1].cells), *numbers[2:]]
    title = f"{findings[0]['candidate']}, compared with {findings[0]['baseline']}"
    return _measures_table(title, findings, (numbers, short, short[2:], short[2:3]), width)


def _change(finding: dict[str, Any]) -> str:
    kind = finding["unit_text"]
    change = change_text(kind, number(finding["estimate"])).removesuffix(" points")
    return f"{change} {interval_text(kind, *(number(end) for end in finding['ci']))}"


def _attribution_table(findings: list[dict[str, Any]], design: dict[str, Any], width: int) -> Table:
    statistics = [number(f["components"].get("f")) for f in findings]
    test = [
        Column("F", [f"{value:.1f}" if math.isfinite(value) else "–" for value in statistics]),
        Column("adj. p", [p_text(number(f["p_adj"])) for f in findings]),
    ]
    effects = {task: [_effect(f, task) for f in findings] for task in design["tasks"]}
    numbers = [*test, *(Column(f"+10 {task}", cells) for task, cells in effects.items())]
    short = [*test, *(Column(f"+10\n{task}", cells) for task, cells in effects.items())]
    title = f"What the mixture did: {len(design['runs'])} runs at {design['points']} mixtures, rung {design['rung']}"
    return _measures_table(title, findings, (numbers, short, test), width)


def _phase_table(findings: list[dict[str, Any]], width: int) -> Table:
    rows = [phase_row(f) for f in findings]
    numbers = [
        Column("late - early", [" ".join(row["order"]) for row in rows]),
        Column("adj. p", [row["p"] for row in rows]),
        Column("lateness", [" ".join(row["lateness"]) for row in rows]),
    ]
    return _measures_table("When a mixture comes", findings, (numbers, numbers, numbers[:2]), width)


def _show_phase_sweep(findings: list[dict[str, Any]], console: Console) -> None:
    """The test of the order for each measure; where none could be made, why."""
    if any(f["effects"] for f in findings):
        rows = [phase_sweep_row(f) for f in findings]
        numbers = [Column("F", [row["f"] for row in rows]), Column("adj. p", [row["p"] for row in rows])]
        console.print(_measures_table("When a mixture comes", findings, (numbers, numbers), console.width))
    elif findings:
        _, _, reason = findings[0]["text"].partition(": ")
        console.print(f"When a mixture comes: {reason}", markup=False)


def _effect(finding: dict[str, Any], task: str) -> str:
    found = {effect["task"]: effect["estimate"] for effect in finding["effects"]}
    return effect_text(finding["unit_text"], number(found.get(task)))


def _measures_table(
    title: str, findings: Sequence[dict[str, Any]], layouts: Sequence[Sequence[Column]], width: int
) -> Table:
    """A row for each measure, in the first layout that fits: all but the first name the probe set with the measure."""
    verdicts = [f["verdict"] for f in findings]
    names = Column("measure", [f["measure"] for f in findings], words=True)
    on = Column("on", [where(f) for f in findings], words=True)
    wide, *narrow = layouts
    if room_left(width, [names, on, *wide], verdicts) >= 0:
        return table(title, [names, on, *wide], verdicts)
    numbers = next((columns for columns in narrow if room_left(width, columns, verdicts) > LEAST), narrow[-1])
    if len(numbers) < len(narrow[0]):
        title = f"{title}; more columns are in the report"
    room = max(LEAST, room_left(width, numbers, verdicts) - 1)
    both = [folded(f"{f['measure']} on {where(f)}", room) for f in findings]
    return table(title, [Column("measure", both, words=True), *numbers], verdicts)


def _show_influence(document: dict[str, Any], console: Console) -> None:
    """Shares of behaviour beside those of training, and what averages of all tasks hide."""
    shares, averages = shares_of_mixtures(document), averages_of(document)
    told = [f for f in shares if f["method"]]
    if shares and not told:  # one reason holds for all mixtures
        reasons = "; ".join(shares[0]["caveats"])
        console.print(f"Influence of each task: {shares[0]['verdict']}, {reasons}.", markup=False)
    of_all_tasks = [f for f in averages if all(effect["nominal"] for effect in f["effects"])]
    _show_lines("Influence of each task", [f["text"] for f in told], console)
    _show_lines("What averages hide", [f["text"] for f in of_all_tasks], console)
    _show_notes([*told, *of_all_tasks], console)


def _show_voices(found: Sequence[Voice], console: Console) -> None:
    if not found:
        return
    shown = found[:VOICES]
    names = Column("checkpoint", [voice.name for voice in shown], words=True)
    main = Column("main task", [voice.main or _without_main(voice) for voice in shown], words=True)
    trained = [mixture_text(voice.nominal) if voice.nominal else "not known" for voice in shown]
    heard = [
        " ".join(f"{task} {100 * number(effect['estimate']):.0f}" for task, effect in voice.heard.items()) or "–"
        for voice in shown
    ]
    room = max(LEAST, (room_left(console.width, [names, main]) - 2) // 2)
    shares = [
        Column(header, [folded_shares(text, room) for text in cells], words=True)
        for header, cells in (("trained with, %", trained), ("sounds like, %", heard))
    ]
    console.print(table(f"Voice on {shown[0].finding['probe_set']}", [names, *shares, main]))
    _show_rest(len(found) - len(shown), "voices", console)
    for caveat in dict.fromkeys(c for voice in found for c in voice.finding["caveats"]):
        console.print(f"Note: {caveat}.", style="dim", markup=False)


def _without_main(voice: Voice) -> str:
    return "none" if voice.finding["verdict"] == "no main task" else str(voice.finding["verdict"])


def _risk_lines(document: dict[str, Any]) -> list[str]:
    return [_risk_line(f) for f in risk_findings_of(document)]


def _risk_line(finding: dict[str, Any]) -> str:
    score = number(finding["components"]["score_at_1"])
    told = f"score {score:+.2f} at k = 1" if math.isfinite(score) else "score undefined"
    stops = stops_text(finding["components"])
    ends = {"–": "nothing was answered", "nothing wrong": "no answer was wrong"}
    return f"{finding['candidate']}: {told}, {ends.get(stops, f'answering stops paying at {stops}')}"


def _show_forgetting(document: dict[str, Any], console: Console) -> None:
    """Runs that are shown to forget a task, the fastest first."""
    found = [f for f in document["findings"] if f["kind"] == "forgetting_speed" and f["verdict"] == "forgetting"]
    found.sort(key=lambda f: number(f["estimate"]))
    _show_lines("Forgetting on the way", [f["text"] for f in found], console)
    _show_notes(found[:LINES], console)


def show_noise(document: dict[str, Any], console: Console) -> None:
    """Print what the document says of noise, and nothing else."""
    samples, seeds = (noise_findings_of(document, unit) for unit in ("cluster", "run"))
    for name in dict.fromkeys(f["candidate"] for f in samples):
        mine = [f for f in samples if f["candidate"] == name]
        numbers = [Column("difference [95 % interval]", [_change(f) for f in mine])]
        console.print(_measures_table(f"{name}, sampled again", mine, (numbers, numbers), console.width))
    if seeds:
        rows = [noise_row(f) for f in seeds]
        numbers = [Column("95 % of pairs differ by less than", [f"{r['amount']} {r['interval']}" for r in rows])]
        title = f"Two runs of one mixture, over {seeds[0]['n_units']} runs"
        console.print(_measures_table(title, seeds, (numbers, numbers), console.width))
    if not samples and not seeds:
        console.print("No probe has two samples and no mixture has two runs, so the noise cannot be told.")
    _show_notes([*samples, *seeds], console)


def _show_noise(document: dict[str, Any], console: Console) -> None:
    """Samples of one checkpoint that differ, and what seeds alone do."""
    drifted = [f["text"] for f in noise_findings_of(document, "cluster") if f["verdict"] == "drifted"]
    _show_lines("Noise floor", [*drifted, *(f["text"] for f in noise_findings_of(document, "run"))], console)


def _show_lines(heading: str, lines: Sequence[str], console: Console) -> None:
    if not lines:
        return
    console.print(heading, style="bold")
    for line in lines[:LINES]:
        console.print(line, markup=False)
    _show_rest(len(lines) - LINES, "lines", console)


def _show_rest(more: int, noun: str, console: Console) -> None:
    if more > 0:
        console.print(f"{more} more {noun if more > 1 else noun.removesuffix('s')} in the report.", style="dim")


def _show_footer(document: dict[str, Any], changes: Sequence[dict[str, Any]], console: Console) -> None:
    kinds = dict.fromkeys(f["unit_text"] for f in changes if f["unit_text"] in DEFAULT_MARGINS)
    if kinds:
        margins = "; ".join(f"{kind} {margin_text(kind)}" for kind in kinds)
        told = f"Drift means a Holm-significant change, by an estimate beyond the default margin ({margins})."
        console.print(told, style="dim")
    _show_notes((f for f in document["findings"] if f["kind"] not in OWN_NOTES), console)
    _show_scale(document["study"]["design"], console)


def _show_scale(design: dict[str, Any] | None, console: Console) -> None:
    """What the effects of the mixture are in, or why there are none."""
    if design and design["differing"]:
        console.print(
            f"Confounded, the runs also differ in: {'; '.join(design['differing'])}.", style="bold red", markup=False
        )
    elif design and design["rung"] != "L0":
        console.print(
            "+10 is the change when ten points of the share go to that task, the others giving way in proportion; "
            "shares of replies are told on the logit scale.",
            style="dim",
        )


def _show_notes(findings: Iterable[dict[str, Any]], console: Console) -> None:
    caveats = list(dict.fromkeys(caveat for f in findings for caveat in f["caveats"]))
    for caveat in caveats[:LINES]:
        console.print(f"Note: {caveat}.", style="dim", markup=False)
    if len(caveats) > LINES:
        console.print(f"{len(caveats) - LINES} more notes are in the report.", style="dim")
