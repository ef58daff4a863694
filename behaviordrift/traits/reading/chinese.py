"""The words of Chinese text, which writes them without spaces."""

from __future__ import annotations

import warnings
from functools import cache, lru_cache
from typing import Any

from behaviordrift.traits.reading.text import words


@lru_cache(maxsize=64)
def chinese_words(text: str) -> tuple[str, ...]:
    """The words of a Chinese text, as jieba's dictionary parts them; marks and spaces are none.

    Names that the dictionary lacks fall into single characters: guessing at them would take a third longer.

    The dictionary is loaded when first needed, in about a second, and only for Chinese.

    >>> chinese_words("我喜欢北京大学。")
    ('我', '喜欢', '北京大学')
    """
    return tuple(word for word in chinese_tokens(text) if words(word, "zh"))


def chinese_tokens(text: str) -> list[str]:
    """The words, marks and spaces of a Chinese text, which joined give it back.

    >>> chinese_tokens("我喜欢北京大学。")
    ['我', '喜欢', '北京大学', '。']
    """
    return list(_tokenizer().lcut(text, HMM=False))


@cache
def _tokenizer() -> Any:
    """A tokenizer of our own, loaded from the dictionary inside the package.

    Left to itself, jieba writes its parsed dictionary to the common temporary folder, reads back whatever lies there
    under that name, and tells of it on standard error.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports pkg_resources, and has escapes that newer Pythons warn of
        import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
