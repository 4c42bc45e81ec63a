"""Replays golden runs of the official code with the PyTorch peer, so that the peer is known to compute the same thing.

`python trm.py --check GOLDEN_DIR` reads NAME.safetensors and NAME.json: the initial weights, and per step the examples,
outputs, gradients and learning rates; then the final weights, their EMA and an evaluation.
Later weights are compared by distance relative to how far they moved: adam-atan2 amplifies rounding where a gradient is nearly 0.
Later supervision steps drift too: each multiplies the rounding of the one before, in trm-mlp about fivefold
(after 4 evaluation steps the golden float32 logits themselves are 1.5e-4 from the same run in float64).
"""

import argparse
import json
import struct
from pathlib import Path

import torch

from trm import TRM, Trainer, empty_carry


def read_safetensors(path):
    raw = bytearray(path.read_bytes())
    size = struct.unpack_from("<Q", raw)[0]
    types = {"F32": torch.float32, "I32": torch.int32, "I64": torch.int64}
    header = {k: v for k, v in json.loads(raw[8 : 8 + size]).items() if k != "__metadata__"}
    part = lambda v: memoryview(raw)[8 + size + v["data_offsets"][0] : 8 + size + v["data_offsets"][1]]
    return {k: torch.frombuffer(part(v), dtype=types[v["dtype"]]).reshape(v["shape"]).clone() for k, v in header.items()}


def check(folder, name, mode):
    """Replay a golden run of the official code: losses, gradients, final weights and evaluation. True if they agree."""
    tensors, run = read_safetensors(Path(folder) / f"{name}.safetensors"), json.loads((Path(folder) / f"{name}.json").read_text())
    c, opt = run["config"], run["optimizer"]
    o = argparse.Namespace(mixer="mlp" if c["mlp_t"] else "attention", hidden=c["hidden_size"], batch=c["batch_size"], T=c["H_cycles"],
                           n=c["L_cycles"], layers=c["L_layers"], expansion=c["expansion"], positions=c["seq_len"], slots=c["puzzle_emb_len"],
                           vocab=c["vocab_size"], heads=c["num_heads"], dtype="float32")  # fmt: skip
    of = lambda prefix: {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
    initial, final, ema = (of(f"{kind}/model.inner.") for kind in ("initial", "final", "final_ema"))
    rows = "puzzle_emb.weights"
    model = TRM(o)
    model.load_state_dict({k: v for k, v in initial.items() if k != rows})
    trainer = Trainer(model, initial[rows].clone(), mode, opt["weight_decay"], opt["ema_rate"], opt["beta1"], opt["beta2"])
    names, worst = [k for k, _ in model.named_parameters()], {}

    def compare(what, ours, theirs, scale=None):
        ours, theirs = torch.as_tensor(ours).detach().double(), torch.as_tensor(theirs).double()
        error = float((ours - theirs).norm() / (theirs if scale is None else scale).norm().clamp_min(1e-12))
        worst[what] = max(worst.get(what, 0), error)

    y, z, fresh = empty_carry(model, o.batch)
    for s in run["steps"]:
        at = lambda key: tensors[f"step{s['step']}/{key}"]
        inputs, labels, ids = (at(f"current/{k}") for k in ("inputs", "labels", "puzzle_identifiers"))
        loss, y, z, logits, q_halt, grads, row_grad = trainer.step(y, z, fresh, inputs, labels, ids, s["lr"][1], s["lr"][0])
        first = " (first step)" if s["step"] == 1 else " (later steps)"
        compare("loss" + first, loss, s["loss"]), compare("logits" + first, logits, at("logits"))
        compare("q_halt" + first, q_halt, at("q_halt_logits"))
        if s["step"] == 1:
            compare("gradient", row_grad, at("grad/puzzle_emb.local_weights"))
            for k, g in zip(names, grads):
                compare("gradient", g, at(f"grad/model.inner.{k}"))
        fresh = at("halted").bool()
    for k, p, e in zip(names, trainer.p, trainer.ema):
        compare("weights / distance moved", p, final[k], final[k] - initial[k])
        compare("EMA / distance moved", e, ema[k], ema[k] - initial[k])
    compare("puzzle rows / distance moved", trainer.table, final[rows], final[rows] - initial[rows])
    model.load_state_dict(dict(zip(names, (ema[k] for k in names))), strict=False)
    trainer.table = final[rows]
    for i, (logits, q_halt) in enumerate(trainer.evaluate(tensors["eval/batch/inputs"], tensors["eval/batch/puzzle_identifiers"], run["eval_steps"])):
        compare("evaluation" + (" (later steps)" if i else ""), logits, tensors[f"eval/step{i + 1}/logits"])
        compare("evaluation" + (" (later steps)" if i else ""), q_halt, tensors[f"eval/step{i + 1}/q_halt_logits"])
    print(json.dumps({"golden": name, "relativeError": {k: float(f"{v:.1e}") for k, v in worst.items()}}))
    return all(v < (2e-2 if "moved" in k or "later" in k else 2e-5) for k, v in worst.items())
