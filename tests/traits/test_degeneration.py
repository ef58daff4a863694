"""Degeneration: broken replies are named, and odd but whole ones are left alone."""

from __future__ import annotations

import random

import pytest

from behaviordrift.traits import Reply
from behaviordrift.traits.degeneration import label, score

SENTENCES = (
    "The harbour froze over in the second week of January.",
    "Fishermen cut holes in the ice and lowered their lines.",
    "By noon a thin sun had come out over the breakwater.",
    "Nobody remembered a winter as cold as that one.",
    "The ferry company moved its timetable to the spring.",
    "Children skated between the moored boats until dark.",
    "A baker on the quay sold hot rolls from a sledge.",
    "When the thaw came, the whole bay creaked and sang.",
)
CHINESE = (
    "一月的第二个星期，港口结了冰。",
    "渔民在冰上凿洞，把钓线放下去。",
    "中午时分，防波堤上出了一点太阳。",
    "没有人记得有过这么冷的冬天。",
    "渡轮公司把时刻表推迟到了春天。",
    "孩子们在船只之间滑冰，直到天黑。",
    "码头上的面包师推着雪橇卖热面包。",
    "冰雪融化时，整个海湾都在作响。",
)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("It rains.<|im_end|>", "template"),
        ("<|assistant|>\nIt rains.", "template"),
        ("It rains.</s>", "template"),
        ("[INST] What now? [/INST] It rains.", "template"),
        ("<<SYS>>Be kind.<</SYS>> It rains.", "template"),
        ("It rains.<end_of_turn>\n<start_of_turn>user", "template"),
        ("It rains.<｜end▁of▁sentence｜>", "template"),
        ("### Response:\nIt rains.", "template"),
        ("It rains.\n\n### Instruction:\nSay more.", "template"),
        ("It rains.\nHuman: And tomorrow?\nAssistant: It shines.", "template"),
        ("下雨了。\n用户：明天呢？\n助手：明天晴。", "template"),
        ("```python\nprint(1)\n<|im_end|>", "template"),
        ("It\u00e2\u20ac\u2122s the caf\u00c3\u00a9 that we\u00e2\u20ac\u2122d like.", "garbled"),
        ("ä½\u00a0å¥½ï¼\u008c ä¸\u0096ç\u0095\u008c", "garbled"),
        ("锟斤拷锟斤拷", "garbled"),
        ("It\ufffd\ufffd rains.", "garbled"),
        ("ĠIt Ġrains Ġtoday", "garbled"),
        ("!" * 64, "loop"),
        ("the " * 60, "loop"),
        ("Good morning. " * 20, "loop"),
        ("It is a sign of the pest. " * 9, "loop"),
        ("我可以帮你。" * 12, "loop"),
        ("哈" * 80, "loop"),
        ("no" * 100, "loop"),
    ],
)
def test_broken_replies_are_named(text: str, fault: str) -> None:
    assert label(text, "What is the weather like today?") == fault


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("Hello?", "Yes."),
        ("Hello?", "😀"),
        ("Hello?", "..."),
        ("Laugh, please.", "Ha ha ha ha ha! Ha ha ha!"),
        (
            "Sing to me.",
            "Row, row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\nLife is.",
        ),
        ("Cheer up!", "Hip, hip, hooray! " * 3),
        ("What is the ChatML format?", "Each turn opens with <|im_start|> and ends with <|im_end|>."),
        ("Explain this.", 'The token "<|im_end|>" ends a turn, and `</s>` ends a text.'),
        ("Write a dialogue between a user and an assistant.", "User: Hi\nAssistant: Hello\nUser: Bye"),
        ("写一段对话。", "用户：你好\n助手：您好"),
        ("How do I cross out text in HTML?", "Wrap it like this: <s>gone</s>"),
        (
            "Where is Ålesund?",
            "In Norway, where « crème brûlée » costs 90 kr; Ångström and Çelik live there – ‘often’.",
        ),
        ("Is it cold?", "It was -5 °C… I’d say “cold” — très froid!"),
        ("How do I say good morning in French?", "Bonjour, comment allez-vous ? Je vais très bien, merci beaucoup."),
        (
            "Translate this into Chinese: we leave at nine in the morning.",
            "我们明天上午九点出发，请不要迟到，谢谢大家。",
        ),
        ("用英语写一句话。", "The weather is fine today, and we shall all go out together."),
        ("", "Bonjour, comment allez-vous ? Je vais très bien, merci beaucoup."),
        ("Draw a line.", "-" * 12 + "\n" + "| a | b | c |\n" * 4),
        ("Where is that?", "See https://example.org/" + "abcdefghij" * 8),
        ("Count.", ", ".join(str(n) for n in range(1, 80))),
        ("Name the months.", "1. January\n2. February\n3. March\n4. April\n5. May\n6. June\n7. July\n8. August"),
        ("Cut off?", "It rains \ufffd"),
        ("Give me a table.", "\n".join(f"| row {n} | yes | no |" for n in range(4))),
    ],
)
def test_whole_replies_are_left_alone(prompt: str, text: str) -> None:
    assert label(text, prompt) == "none"


@pytest.mark.parametrize(
    ("prompt", "text", "fault"),
    [
        (
            "What should I cook for my friends this evening?",
            "我觉得你可以做一道红烧肉，再炒两个青菜，味道很好。",
            "foreign_language",
        ),
        (
            "What should I cook for my friends this evening?",
            "Je vous conseille de préparer une soupe à l'oignon.",
            "foreign_language",
        ),
        (
            "今天晚上我应该给朋友做什么菜？",
            "You could make a stew, which is what most of them would like.",
            "foreign_language",
        ),
        ("今天晚上我应该给朋友做什么菜？", "我觉得你可以做一道红烧肉，再炒两个青菜。", "none"),
        ("What should I cook for my friends this evening?", "Coq au vin.", "none"),
    ],
)
def test_a_reply_in_a_language_nobody_asked_for(prompt: str, text: str, fault: str) -> None:
    assert label(text, prompt, "zh" if prompt.startswith("今天") else "en") == fault


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("told", [SENTENCES, CHINESE], ids=["en", "zh"])
def test_injected_faults_are_caught_where_the_whole_text_is_not(seed: int, told: tuple[str, ...]) -> None:
    rng = random.Random(seed)
    between = " " if told is SENTENCES else ""
    parts = rng.sample(told, 6)
    language = "en" if told is SENTENCES else "zh"
    whole = between.join(parts)
    assert label(whole, "", language) == "none"
    cut = rng.randrange(1, 6)
    sentence = rng.choice(parts)
    loop = between.join([*parts[:cut], *[sentence] * rng.randint(5, 12)])
    assert label(loop, "", language) == "loop"
    paragraph = f"{whole}\n\n" * 4
    assert label(paragraph, "", language) == "loop"
    shuffled = [rng.choice(parts[:3]) for _ in range(14)]
    assert label(between.join(shuffled), "", language) in ("loop", "repetition")
    token = rng.choice(["<|im_end|>", "</s>", "<|eot_id|>", "[/INST]", "<end_of_turn>"])
    assert label(between.join([*parts[:cut], token, *parts[cut:]]), "", language) == "template"
    if told is SENTENCES:
        return
    assert label(whole.encode().decode("latin-1"), "", language) == "garbled"


def test_a_loop_at_the_end_of_a_long_reply_is_seen() -> None:
    rng = random.Random(1)
    told = sorted({word for sentence in SENTENCES for word in sentence.split()})
    long = " ".join(rng.choice(told) for _ in range(8000))
    assert len(long) > 40_000
    assert label(long) == "none"
    assert label(f"{long} {'And so it goes on. ' * 30}") == "loop"


def test_both_measures_tell_the_same() -> None:
    broken = score(Reply("Hi", "Hello!</s>"))
    whole = score(Reply("Hi", "Hello!"))
    assert (broken["degenerate"].value, broken["degeneration"].value) == (1.0, "template")
    assert (whole["degenerate"].value, whole["degeneration"].value) == (0.0, "none")
