"""How a text is read, for all traits alike: words and sentences, cue phrases, answers, weights."""
