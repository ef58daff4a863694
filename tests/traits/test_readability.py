from __future__ import annotations

import subprocess
import sys

import pytest

from behaviordrift.traits.readability import CHINESE, ENGLISH, grades, lengths, score
from behaviordrift.traits.trait import Reply, Score, Unjudged

PROSE = [
    "The library holds several thousand manuscripts. Visitors may read them every weekday.",
    "It rained all day, and the river rose. By evening the lower road was under water! Nobody had expected that.",
    "Photosynthesis converts the energy of sunlight into chemical energy, which plants store as carbohydrates.",
    "She didn't know whether the old house still stood. Would anybody remember her grandmother after 40 years?",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_graded_as_textstat_grades_it(text: str) -> None:
    import textstat

    found = grades(text)
    assert found["ari"] == pytest.approx(textstat.automated_readability_index(text))
    assert found["coleman_liau"] == pytest.approx(textstat.coleman_liau_index(text))
    assert found["lix"] == pytest.approx(textstat.lix(text))
    assert found["rix"] == pytest.approx(textstat.rix(text))


def test_long_sentences_of_long_words_are_harder() -> None:
    easy = grades("The cat sat on the mat. It was a warm day. The sun was out.")
    hard = grades("Institutional accountability necessitates comprehensive documentation of administrative decisions.")
    assert all(easy[name] < hard[name] for name in easy)


def test_items_of_a_list_are_sentences_of_their_own() -> None:
    listed = grades("Pack these for the trip:\n- warm socks and boots\n- a torch with batteries\n- bread and cheese")
    assert listed["lix"] < 40


def test_chinese_is_measured_in_characters() -> None:
    assert lengths("我喜欢北京大学。你呢？") == {"characters_per_sentence": 4.5, "characters_per_word": 1.8}
    found = score(Reply("", "研究结果表明，该方法能够显著提高系统的稳定性。", language="zh"))
    assert found["characters_per_sentence"] == Score(21.0)
    assert isinstance(found["lix"], Unjudged)
    assert set(found) == {measure.name for measure in ENGLISH + CHINESE}


@pytest.mark.parametrize("text", ["Too short.", "", "!!!", "😀 😀"])
def test_short_and_wordless_replies_have_no_grade(text: str) -> None:
    assert all(isinstance(found, Unjudged) for found in score(Reply("", text)).values())


def test_a_long_run_of_marks_before_the_words_is_survived() -> None:
    found = score(Reply("", "!" * 20_000 + " one two three four five six seven eight nine ten eleven"))
    assert found["ari"] == Unjudged("no words in the first 12000 characters")


def test_english_loads_neither_jieba_nor_textstat_and_chinese_is_silent() -> None:
    code = (
        "import sys, tempfile, os; tempfile.tempdir = tempfile.mkdtemp()\n"
        "from behaviordrift.traits.readability import grades, lengths\n"
        "grades('A short line.'); assert not {'jieba', 'textstat', 'nltk'} & set(sys.modules)\n"
        "lengths('我们在这里。'); assert os.listdir(tempfile.tempdir) == []\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
