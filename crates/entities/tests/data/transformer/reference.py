"""Reference numbers for the transformer: what the `transformers` library says of tiny models whose
weights tests/support/tiny_transformer.rs makes by the same formula.

    pip install torch transformers
    python crates/entities/tests/data/transformer/reference.py > crates/entities/tests/data/transformer/reference.json

The file in the repository was made with torch 2.15.0 and transformers 5.23.0.
"""

import json
import pathlib
import tempfile

import torch
from transformers import (
    BertConfig,
    BertForTokenClassification,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertForTokenClassification,
)

VOCABULARY = """[PAD] [UNK] [CLS] [SEP] the The kabul Kabul un ##able ##s o O neill Neill ' . , zurich
Zürich Zu ##rich 中 ( ) 2023 20 ##23 caf ##e ##é said - é""".split()
WORDS = ["The", "unable", "Kabuls", "untable", "O'Neill", "Zürich", "中中", "\u200b", "café", "(", "2023", ")",
         "said", "Kabul-The", "CAFÉ", "x" * 101, "."]
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
SIZES = dict(vocab_size=len(VOCABULARY), max_position_embeddings=48)


def draw(model):
    """Fills the weights, in the order of their names, with numbers from a congruential generator."""
    state, drawn = 42, {}
    for name, old in sorted(model.state_dict().items()):
        if not old.dtype.is_floating_point:
            continue
        scale = 1.0 if name.endswith(("LayerNorm.weight", "layer_norm.weight")) else 0.0
        numbers = []
        for _ in range(old.numel()):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            numbers.append(((state >> 40) / 2**24 - 0.5) / 2 + scale)
        drawn[name] = torch.tensor(numbers, dtype=torch.float32).reshape(old.shape)
    model.load_state_dict(drawn, strict=False)
    return {name: list(tensor.shape) for name, tensor in drawn.items()}


def case(model, tokenizer):
    shapes = draw(model.eval())
    encoded = tokenizer([WORDS], is_split_into_words=True, return_tensors="pt")
    with torch.no_grad():
        logits = model(input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"]).logits[0]
    words = encoded.word_ids()
    first = [words.index(number) if number in words else None for number in range(len(WORDS))]
    return {
        "config": model.config.to_dict(),
        "shapes": shapes,
        "pieces": [[i for i, w in zip(encoded["input_ids"][0].tolist(), words) if w == n]
                   for n in range(len(WORDS))],
        "logits": [[] if at is None else logits[at].tolist() for at in first],
    }


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    labels = dict(id2label=dict(enumerate(LABELS)), attn_implementation="eager")
    bert = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4, **SIZES, **labels)
    distilbert = dict(dim=16, hidden_dim=32, n_layers=2, n_heads=2, **SIZES, **labels)
    cases = []
    for lowercase, model in [
        (False, BertForTokenClassification(BertConfig(**bert))),
        (True, BertForTokenClassification(BertConfig(hidden_act="gelu_new", **bert))),
        (True, DistilBertForTokenClassification(DistilBertConfig(**distilbert))),
        (False, DistilBertForTokenClassification(DistilBertConfig(activation="relu", **distilbert))),
    ]:
        tokenizer = BertTokenizerFast.from_pretrained(folder, do_lower_case=lowercase)
        saved = folder / f"{len(cases)}"
        tokenizer.save_pretrained(saved)
        tokenizer_json = json.loads((saved / "tokenizer.json").read_text())
        cases.append({"lowercase": lowercase, "tokenizer": tokenizer_json, **case(model, tokenizer)})
    print(json.dumps({"words": WORDS, "cases": cases}, ensure_ascii=True))


if __name__ == "__main__":
    main()
