"""Genres of short Chinese texts are learnt from characters, words and edges."""

from __future__ import annotations

from behaviordrift.traits.labels.chinese_genre import fit_genres

TOLD = [f"{start}{end}" for start in ("积极推进", "坚持深化", "大力发展") for end in ("改革", "农业", "服务业", "教育")]
SAID = [f"{start}{end}" for start in ("嗯,我", "哎,你", "哦,他") for end in ("知道了.", "没去.", "说呢.", "不想.")]


def test_unseen_texts_are_named() -> None:
    judge = fit_genres([*TOLD, *SAID], ["gov"] * len(TOLD) + ["phone"] * len(SAID))
    assert [judge(text) for text in ("积极发展教育事业", "哎,我没说.")] == ["gov", "phone"]


def test_the_edges_of_a_text_count() -> None:
    """The same characters in both genres: only the end tells them apart."""
    first, last = [f"{sign}好" for sign in "甲乙丙丁戊己"], [f"好{sign}" for sign in "甲乙丙丁戊己"]
    judge = fit_genres([*first, *last], ["first"] * 6 + ["last"] * 6)
    assert [judge(text) for text in ("庚好", "好庚")] == ["first", "last"]
