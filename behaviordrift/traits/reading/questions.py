"""What kind of answer a prompt asks for."""

from __future__ import annotations

import re

from behaviordrift.traits.reading.text import plain

_OPEN = re.compile(r"\b(?:what|who|whom|whose|when|where|which|why|how)\b")
_ASKS_TO_BE_TOLD = re.compile(r"^(?:do|can|could|would|will) you (?:know|say|tell|name|guess) ")
_AUXILIARY = re.compile(
    r"^(?:(?:so|and|but|well|now|uh|um|oh|okay|ok|then|or|hey|please|also),? )*"
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|"
    r"(?:is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should)n't|won't|can't)\b"
)
_LAST_SENTENCE = re.compile(r"[^.!?\n]+\?[\"')\s]*$")
_OPINION = re.compile(
    r"^should\b"
    r"|^(?:do|would|don't|wouldn't) you (?:\w+ )?"
    r"(?:think|believe|agree|like|prefer|support|feel|say|consider)\b"
    r"|\bwhat(?:'s| is| are|'re) your (?:\w+ )?(?:opinions?|views?|thoughts?|take|stance|favou?rite)\b"
    r"|\bwh(?:at|o|ich) (?:\w+ ){0,3}do you (?:\w+ )?(?:think|believe|like|prefer)\b"
)
_REQUEST = re.compile(r"^(?:please )?(?:can|could|will|would) you (?:please )?(?!be\b|have\b|ever\b)\w+")

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LAST_SENTENCE_ZH = re.compile(r"[^。！？!?\n]+[。！？!?…~～”」』）)\s]*$")
_TAIL_ZH = re.compile(r"[。！？!?…~～”」』）)\s呢啊呀]+$")
_OPEN_ZH = re.compile(
    r"什么|甚么|啥|谁|(?<!有)哪|有哪(?!.*吗$)|怎么|怎样|如何|为何|多少|多(?:久|长|大|高|远|深|重|快)|何(?:时|地|处|人|种)|几(?![乎何])|还是"
)
_A_NOT_A = re.compile(r"(?!知不知|记不记|清不清)([\u4e00-\u9fff])[不没]\1|有没有|有无|是否|能否|可否|会否")
_POLAR_END = re.compile(r"(?:吗|(?<![什怎多那这要])么)$")
_ECHO = re.compile(
    r"(?:[嗯哦噢啊]+[，,。]?)?(?!不(?:过|同|仅|但|管|论|只)|[会有能要得对好行是](?:议|员|计|些|时|人|关|趣|限|点|可能|量|力|看|么|于|方|像|业|动|否|问题))"
    r"(不(?:太|怎么|大|够)?|没有?)?([\u4e00-\u9fff]{1,2})"
)
_ANSWERING = re.compile("可以|应该|需要|必须|属于|值得|允许|存在|[是能会有要该算行对好够]")
_REQUEST_ZH = re.compile(
    r"(?:^|[，,、：:]|请问)(?:(?:请|麻烦)?[你您])?(?:可不可以|可以|能不能|能否|可否|能|愿意)?(?:请|麻烦)?"
    r"(?:帮(?:我|忙|助)|给我|替我|为我|告诉我|跟我|和我|教我|陪我|逗我)"
    r"|[你您](?:可不可以|可以|能不能|能否|可否|能)(?:简单|详细|简要|具体|再|来)*地?"
    r"(?:解释|说明|介绍|描述|讲|说|写|列|推荐|总结|举|提供|翻译|谈|分析|概括|回答|聊)"
    r"|^请(?!问)|^(?:解释|说明|介绍|描述|列举|列出|分析|讨论|写(?!出)|总结|翻译|告诉)"
)
_OPINION_ZH = re.compile(
    r"[你您](?:个人|自己|更|最|真的|也)*(?:觉得|认为|喜欢|支持|赞成|赞同|同意|相信|反对|怎么看|如何看|怎么想)"
    r"|[你您](?:个人)?(?:对[^，。？]{1,30})?的?(?:看法|观点|意见|立场|态度|想法|最爱)"
    r"|应不应该|该不该|应[该当][^，。？]{1,30}吗"
)


def asks_yes_or_no(prompt: str) -> bool:
    """Whether the prompt ends in a question that yes or no would answer; polite requests do not.

    A statement with a question mark ("You live here?") does, unless it holds a word such as "which".

    >>> asks_yes_or_no("Is Paris in France?"), asks_yes_or_no("Why is it there?")
    (True, False)
    >>> asks_yes_or_no("Could you explain tides?")
    False
    >>> asks_yes_or_no("企鹅会飞吗？"), asks_yes_or_no("企鹅吃什么？")
    (True, False)
    """
    if _HAN.search(prompt[-600:]):
        return _asks_yes_or_no_zh(prompt.strip()[-600:])
    last = _LAST_SENTENCE.search(prompt.strip()[-600:])
    if last is None:
        return False
    question = plain(last.group())
    if _REQUEST.search(question) or (_ASKS_TO_BE_TOLD.search(question) and _OPEN.search(question)):
        return False
    return bool(_AUXILIARY.search(question)) or not _OPEN.search(question)


def _asks_yes_or_no_zh(prompt: str) -> bool:
    last = _LAST_SENTENCE_ZH.search(prompt)
    if last is None or _REQUEST_ZH.search(last.group()):
        return False
    question = _TAIL_ZH.sub("", last.group())
    if _A_NOT_A.search(question):
        return True
    asked = "？" in last.group() or "?" in last.group()
    return not _OPEN_ZH.search(question) and (asked or bool(_POLAR_END.search(question)))


def asks_opinion(prompt: str) -> bool:
    """Whether the prompt asks what the answerer thinks or what ought to be done.

    >>> asks_opinion("Should we paint it green?"), asks_opinion("Is it green?")
    (True, False)
    >>> asks_opinion("你觉得爵士乐怎么样？"), asks_opinion("爵士乐起源于美国吗？")
    (True, False)
    """
    return bool(_OPINION.search(plain(prompt[-600:])) or _OPINION_ZH.search(prompt[-600:]))


def echoes_predicate(reply: str, prompt: str) -> bool:
    """Whether a Chinese reply opens with the verb that a yes/no question asked about, or with its negation.

    >>> echoes_predicate("会飞，而且飞得很快。", "蝙蝠会不会飞？"), echoes_predicate("不飞。", "蝙蝠飞吗？")
    (True, True)
    >>> echoes_predicate("会议明天开。", "会议会开吗？"), echoes_predicate("蝙蝠是哺乳动物。", "蝙蝠会飞吗？")
    (False, False)
    """
    told = _ECHO.match(reply)
    if told is None:
        return False
    question = prompt[-60:]
    negation, word = told.groups()
    if negation:
        return word[0] in question or (negation[0] == "没" and any(sign in question for sign in "有没过了"))
    asked = _A_NOT_A.search(question)
    if (asked and asked.group(1) and asked.group(1) in word) or (word[-1] in "过了" and word in question):
        return True
    verb = _ANSWERING.match(word)
    return (verb is not None and verb.group() in question) or any(
        f"{word}{end}" in question for end in ("吗", "了吗", "过吗")
    )
