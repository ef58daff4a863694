"""Degeneration: output that is broken, whatever it was meant to say."""

from __future__ import annotations

import re
from collections.abc import Callable

from behaviordrift.traits.reading.language import UNDETERMINED, detect
from behaviordrift.traits.reading.repetition import circles, distinct_runs, repeated_share, runs
from behaviordrift.traits.reading.text import sentences, without_quotes, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait

HEAD = 8000
"""Characters of a reply that are read at its start, and as many at its end, where loops go on."""

FEWEST_RUNS = 40
FEWEST_SENTENCES = 5
RUNS_REPEATED = 0.45
SENTENCES_REPEATED = 0.4
"""Shares of four-word runs and of sentences that stood before. The highest in the labelled replies of people's and
models' sets are .36 and .22 (of short replies, not counted here, .36)."""

FOREIGN_LETTERS = 25
"""Letters that a reply needs before its language counts against it."""

MEASURES = (
    Measure(
        "degenerate", "binary", "share", "The reply is broken: empty, looping, leaking markup, garbled or foreign."
    ),
    Measure(
        "degeneration",
        "nominal",
        "label",
        "What is broken: empty, template, garbled, loop, repetition, foreign_language; or none.",
    ),
)

_SPECIAL = re.compile(
    r"<\|[^|\s<>]{1,40}\|>|<｜[^｜\s<>]{1,40}｜>|\[/?INST\]|<</?SYS>>|</s>|<(?:start|end)_of_turn>"
    r"|<(?:bos|eos|pad|unk)>|\[(?:PAD|UNK|EOS|BOS)\]"
)
"""Tokens by which chat templates part turns."""

_TURN = re.compile(
    r"^#{2,3} ?(?:Response|Instruction|Input|Human|Assistant|User|System|回答|回复|指令|输入) ?[:：]"
    r"|^(?:USER|ASSISTANT|SYSTEM|User|Human|Assistant|System|用户|助手|助理|人类|系统) ?[:：]",
    re.M,
)
"""Lines by which plain-text templates part turns."""

_TURNS_ASKED_FOR = re.compile(
    r"dialog|conversation|chat|transcript|script|interview|role|character|template|format|prompt|token|tag|markup|html"
    r"|对话|会话|聊天|剧本|采访|角色|模板|格式|标记|^(?:user|human|assistant|system|用户|助手|人类|系统) ?[:：]|### ",
    re.I | re.M,
)

_GARBLED = re.compile(
    r"\ufffd|[ÃÂ][\u0080-\u00bf]|â€[\u0080-\u2122]|ðŸ|[åäæçèé][\u0080-\u00bf]{2}|锟斤拷|烫烫烫|[ĠĊ▁]\w|<0x[0-9A-F]{2}>"
)
"""Text decoded by a wrong or no decoder: UTF-8 read as Latin-1, pieces of a tokenizer's own spelling, lost bytes."""

FEWEST_GARBLED = 2
"""One lost byte may be an emoji cut off at the token limit."""

_LANGUAGE_ASKED_FOR = re.compile(
    r"translat|languages?\b|\bsay\b|\bspeak|\bmultilingual"
    r"|\b(?:english|chinese|mandarin|cantonese|french|german|spanish|italian|portuguese|dutch|japanese|korean|russian"
    r"|arabic|hindi|greek|latin|turkish|polish|swedish|danish|finnish|vietnamese|indonesian|hebrew|thai|ukrainian)\b"
    r"|翻译|译成|译为|英文|英语|中文|汉语|法语|德语|日语|韩语|俄语|西班牙语|语言|外语",
    re.I,
)


def label(text: str, prompt: str = "", language: str = "en") -> str:
    """What is broken in a reply, or none.

    >>> label("It is 5 pm. It is 5 pm. It is 5 pm. It is 5 pm. It is 5 pm. It is 5 pm. It is 5 pm.")
    'loop'
    >>> label("Sure!<|im_end|>"), label("It is five in the afternoon.")
    ('template', 'none')
    """
    if not text.strip():
        return "empty"
    head = text if len(text) <= 2 * HEAD else f"{text[:HEAD]}\n{text[-HEAD:]}"
    return next((name for name, is_broken in FAULTS.items() if is_broken(head, prompt, language)), "none")


def _leaks_template(text: str, prompt: str, language: str) -> bool:
    if not any(sign in text for sign in "<[:：#"):
        return False
    found = _SPECIAL.search(text) or _TURN.search(text)
    if found is None or _TURNS_ASKED_FOR.search(prompt[-HEAD:]):
        return False
    bare = without_quotes(text)
    return bool(_SPECIAL.search(bare) or _TURN.search(bare) or _SPECIAL.fullmatch(text.rstrip(), _last_sign(text)))


def _last_sign(text: str) -> int:
    """Where the last bracket opens: a token that ends a reply has leaked, even out of an open code block."""
    return max(0, text.rfind("<"), text.rfind("["))


def _is_garbled(text: str, prompt: str, language: str) -> bool:
    return not text.isascii() and len(_GARBLED.findall(text)) >= FEWEST_GARBLED


def _loops(text: str, prompt: str, language: str) -> bool:
    return circles(_tokens(text, language)) or _is_one_sign(text) or _has_endless_word(text)


def _is_one_sign(text: str) -> bool:
    """One or two signs and nothing else, such as the "!!!!" of a broken half-precision layer."""
    if len(set("".join(text[:50].split()))) > 2:
        return False
    signs = "".join(text.split())
    return len(signs) >= 20 and len(set(signs)) <= 2


def _has_endless_word(text: str) -> bool:
    """The longest word has few different letters and never ends; addresses and hashes have many."""
    longest = max(text.split(), key=len, default="")
    return len(longest) >= 40 and len(set(longest)) <= 6 and longest[0].isalpha()


def _repeats(text: str, prompt: str, language: str) -> bool:
    tokens = _tokens(text, language)
    four_words = len(runs(tokens))
    if four_words >= FEWEST_RUNS and 1 - distinct_runs(tokens) / four_words >= RUNS_REPEATED:
        return True
    told = sentences(text, language)
    return len(told) >= FEWEST_SENTENCES and repeated_share(told) >= SENTENCES_REPEATED


def _tokens(text: str, language: str) -> tuple[str, ...]:
    return words(text, "zh" if language == "zh" or not text.isascii() else language)


def _is_foreign(text: str, prompt: str, language: str) -> bool:
    if len(text) < FOREIGN_LETTERS or not prompt.strip():
        return False
    spoken = detect(text)
    asked = detect(prompt)
    asked = language if asked == UNDETERMINED else asked
    if UNDETERMINED in (spoken, asked) or spoken == asked or _LANGUAGE_ASKED_FOR.search(prompt[-HEAD:]):
        return False
    opening = text.strip()[:FOREIGN_LETTERS]
    return not (asked == "en" and opening.isascii() and spoken in ("zh", "ja", "ko"))  # it turned only later


FAULTS: dict[str, Callable[[str, str, str], bool]] = {
    "template": _leaks_template,
    "garbled": _is_garbled,
    "loop": _loops,
    "repetition": _repeats,
    "foreign_language": _is_foreign,
}
"""In the order in which they are looked for: a broken template makes loops too."""


def score(reply: Reply) -> Scores:
    """Say whether a reply is broken, and how: a broken chat template must not pass for a change of character.

    `degeneration` is the first of these that holds: `empty`; `template` (tokens or lines that part a template's turns,
    outside quotes and code); `garbled` (text from a wrong decoder); `loop` (24 words or more that are one sequence over
    and over, at least three or four times); `repetition` (45 % of four-word runs, or 40 % of at least five sentences,
    stood before); `foreign_language` (another language than the prompt's, which names none); else `none`. Units: share
    of replies; label. Kinds: binary and nominal. Probes: any; primary on none. Languages: en, zh; loops, templates and
    garbled text are found in any. Blind spots: a reply that changes its language after some words, nonsense in good
    grammar, a loop that was only begun when the token limit came, and the middle of replies over 16,000 characters.
    Where the prompt asks for a dialogue, a format or a language, leaks and foreign replies are not looked for. Human
    labels: none of degeneration itself. Measured: 0 false alarms on 11,960 replies that people labelled for other
    traits (XSTest, chatgpt-refusals, Do-Not-Answer, latent-jailbreak in English and Chinese, CrossWOZ), read while the
    thresholds were set; the upper limit is 3.1 per 10,000.

    >>> score(Reply("Hi", "Hello! How can I help?</s>"))["degenerate"].value
    1.0
    """
    found = label(reply.text, reply.prompt, reply.language)
    return {"degenerate": Score(float(found != "none")), "degeneration": Score(found)}


TRAIT = Trait(
    name="degeneration",
    about="Whether the reply is broken: empty, looping, leaking template tokens, garbled, or in a foreign language.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en", "zh"),
)
