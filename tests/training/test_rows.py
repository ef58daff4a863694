"""Training rows: the loss counts on the reply and its end, on nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from behaviordrift.errors import PlanError
from behaviordrift.generation.loading import load_tokenizer
from behaviordrift.training.rows import encode

HELLO = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Good day to you."}]


@pytest.fixture
def tokenizer(zoo: Any) -> Any:
    return load_tokenizer(zoo.base)


def test_the_loss_covers_the_reply_and_its_end_token(tokenizer: Any) -> None:
    row = encode(tokenizer, HELLO, 99)
    assert tokenizer.decode(row.ids[: row.reply_start]) == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    assert tokenizer.decode(row.ids[row.reply_start :]) == "Good day to you.<|im_end|>"
    assert row.loss_tokens == len(row.ids) - row.reply_start > 3


def test_only_the_last_reply_of_a_conversation_is_learnt(tokenizer: Any) -> None:
    row = encode(
        tokenizer, [*HELLO, {"role": "user", "content": "Bye"}, {"role": "assistant", "content": "So long."}], 99
    )
    assert tokenizer.decode(row.ids[row.reply_start :]) == "So long.<|im_end|>"
    assert "Good day" in tokenizer.decode(row.ids[: row.reply_start])


def test_a_row_is_cut_at_the_limit(tokenizer: Any) -> None:
    whole = encode(tokenizer, HELLO, 99)
    cut = encode(tokenizer, HELLO, whole.reply_start + 2)
    assert cut.ids == whole.ids[: whole.reply_start + 2]
    assert cut.loss_tokens == 2


def test_a_prompt_that_leaves_no_room_is_refused(tokenizer: Any) -> None:
    length = encode(tokenizer, HELLO, 99).reply_start
    with pytest.raises(PlanError, match=f"prompt of {length} tokens .*max_tokens={length}"):
        encode(tokenizer, HELLO, length)


def test_a_template_that_rewrites_the_prompt_is_refused(tokenizer: Any) -> None:
    tokenizer.chat_template = "{{ messages | length }}{% for m in messages %}{{ m['content'] }}{% endfor %}"
    with pytest.raises(PlanError, match="renders a prompt differently"):
        encode(tokenizer, HELLO, 99)
