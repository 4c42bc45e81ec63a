"""A Tiny Recursive Model in PyTorch: the peer that the benchmarks of this package run against.

What: the training step and the 16-step evaluation of "Less is More: Recursive Reasoning with Tiny Networks"
(arXiv 2510.04871), written from the paper with the behaviour of the official code
(github.com/SamsungSAILMontreal/TinyRecursiveModels), in one file that needs only torch.
Why a process of its own: the two sides of a comparison must run interleaved, since a shared machine's speed drifts.
It says when it is warm, then answers one JSON line per command read on stdin: train, evaluate, quit.

Deviation: stablemax runs in float32 (official: float64), which is a little faster. No halting exploration, one fixed batch.

Dimensions: B batch, S all positions (P puzzle slots, then L tokens), D hidden, H heads, K head width, V vocabulary.
"""

import argparse
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

IGNORE = -100  # label of a cell without loss
SUPERVISION_STEPS = 16
HALT_BIAS = -5.0  # of the halting head at the start: do not halt


class Linear(nn.Module):
    """Linear layer whose float32 weight [out, in] is cast to the type of its input at each use."""

    def __init__(self, width_in, width_out, bias=False):
        super().__init__()
        std = 1 / math.sqrt(width_in)
        self.weight = nn.Parameter(nn.init.trunc_normal_(torch.empty(width_out, width_in), std=std, a=-2 * std, b=2 * std))
        self.bias = nn.Parameter(torch.zeros(width_out)) if bias else None

    def forward(self, x):
        return F.linear(x, self.weight.to(x.dtype), None if self.bias is None else self.bias.to(x.dtype))


class SwiGLU(nn.Module):
    def __init__(self, width, expansion):
        super().__init__()
        inner = -(-round(expansion * width * 2 / 3) // 256) * 256
        self.gate_up_proj = Linear(width, 2 * inner)
        self.down_proj = Linear(inner, width)

    def forward(self, x):
        gate, up = self.gate_up_proj(x).chunk(2, dim=-1)
        return self.down_proj(F.silu(gate) * up)


class Attention(nn.Module):
    def __init__(self, hidden, heads, positions):
        super().__init__()
        self.heads = heads
        self.qkv_proj = Linear(hidden, 3 * hidden)
        self.o_proj = Linear(hidden, hidden)
        width = hidden // heads
        angle = torch.outer(torch.arange(positions).float(), 10000.0 ** (-torch.arange(0, width, 2).float() / width))
        self.register_buffer("cos", torch.cat((angle, angle), -1).cos(), persistent=False)  # [S, K]
        self.register_buffer("sin", torch.cat((angle, angle), -1).sin(), persistent=False)

    def rotate(self, x):  # rotary positions, [B, H, S, K]
        a, b = x.chunk(2, dim=-1)
        return (x * self.cos + torch.cat((-b, a), -1) * self.sin).to(x.dtype)

    def forward(self, x):
        q, k, v = self.qkv_proj(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)  # each [B, H, S, K]
        mixed = F.scaled_dot_product_attention(self.rotate(q), self.rotate(k), v)
        return self.o_proj(mixed.transpose(1, 2).flatten(2))


def rms_norm(x, eps=1e-5):  # without gain, in float32
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)).to(x.dtype)


class Block(nn.Module):
    """Post-norm block: mix over positions (MLP on the transposed tensor, or attention), then over channels."""

    def __init__(self, mixer, hidden, heads, expansion, positions):
        super().__init__()
        if mixer == "mlp":
            self.mlp_t = SwiGLU(positions, expansion)
        else:
            self.self_attn = Attention(hidden, heads, positions)
        self.mixer = mixer
        self.mlp = SwiGLU(hidden, expansion)

    def forward(self, x):
        if self.mixer == "mlp":
            x = x.transpose(1, 2)  # [B, D, S]: the norm runs over positions
            x = rms_norm(x + self.mlp_t(x)).transpose(1, 2)
        else:
            x = rms_norm(x + self.self_attn(x))
        return rms_norm(x + self.mlp(x))


class TRM(nn.Module):
    """Parameters carry the official names, so golden weights load with `load_state_dict`."""

    def __init__(self, o):
        super().__init__()
        self.o, self.dtype = o, getattr(torch, o.dtype)
        self.embed_tokens = nn.ParameterDict({"embedding_weight": torch.randn(o.vocab, o.hidden) / math.sqrt(o.hidden)})
        blocks = [Block(o.mixer, o.hidden, o.heads, o.expansion, o.slots + o.positions) for _ in range(o.layers)]
        self.L_level = nn.ModuleDict({"layers": nn.Sequential(*blocks)})
        self.lm_head = Linear(o.hidden, o.vocab)
        self.q_head = Linear(o.hidden, 2, bias=True)
        nn.init.zeros_(self.q_head.weight)
        nn.init.constant_(self.q_head.bias, HALT_BIAS)
        self.register_buffer("H_init", nn.init.trunc_normal_(torch.empty(o.hidden), a=-2, b=2))
        self.register_buffer("L_init", nn.init.trunc_normal_(torch.empty(o.hidden), a=-2, b=2))

    def f(self, state, injected):
        return self.L_level["layers"](state + injected)

    def cycle(self, x, y, z):
        for _ in range(self.o.n):
            z = self.f(z, y + x)
        return self.f(y, z), z

    def forward(self, y, z, fresh, inputs, rows):
        """One supervision step. y, z [B, S, D]; fresh [B] rows that start over; inputs [B, L]; rows [B, <= P*D].
        Returns y and z detached, logits [B, L, V] and the halting logits [B]."""
        o = self.o
        puzzle = F.pad(rows, (0, o.slots * o.hidden - rows.shape[-1])).view(-1, o.slots, o.hidden)
        tokens = F.embedding(inputs, self.embed_tokens["embedding_weight"].to(self.dtype))
        x = torch.cat((puzzle.to(self.dtype), tokens), 1) * math.sqrt(o.hidden)  # [B, S, D]
        y = torch.where(fresh[:, None, None], self.H_init.to(self.dtype), y)
        z = torch.where(fresh[:, None, None], self.L_init.to(self.dtype), z)
        with torch.no_grad():
            for _ in range(o.T - 1):
                y, z = self.cycle(x, y, z)
        y, z = self.cycle(x, y, z)
        return y.detach(), z.detach(), self.lm_head(y)[:, o.slots :], self.q_head(y[:, 0])[:, 0].float()


def stablemax_cross_entropy(logits, labels):  # [B, L, V], [B, L] -> [B, L], 0 where the label is ignored
    x = logits.float()
    s = torch.where(x < 0, 1 / (1 - x + 1e-30), x + 1)
    picked = torch.log(s / s.sum(-1, keepdim=True)).gather(-1, labels.clamp_min(0).long()[..., None])[..., 0]
    return torch.where(labels != IGNORE, -picked, 0)


def supervision_loss(model, y, z, fresh, inputs, labels, rows):
    """Loss summed over the batch, and what the next step needs."""
    y, z, logits, q_halt = model(y, z, fresh, inputs, rows)
    with torch.no_grad():
        count = (labels != IGNORE).sum(-1)
        exact = ((logits.argmax(-1) == labels) & (labels != IGNORE)).sum(-1) == count
    cells = (stablemax_cross_entropy(logits, labels) / count.clamp_min(1)[:, None]).sum()
    halting = F.binary_cross_entropy_with_logits(q_halt, exact.float(), reduction="sum")
    return cells + 0.5 * halting, y, z, logits.detach(), q_halt.detach()


class Trainer:
    """adam-atan2 with EMA on the dense parameters, sign-SGD on the puzzle rows touched."""

    def __init__(self, model, table, mode, wd=0.1, ema_rate=0.999, b1=0.9, b2=0.95):
        self.model, self.table, self.wd, self.ema_rate, self.b1, self.b2, self.t = model, table, wd, ema_rate, b1, b2, 0
        self.p = list(model.parameters())
        self.m, self.v = [torch.zeros_like(p) for p in self.p], [torch.zeros_like(p) for p in self.p]
        self.ema = [p.detach().clone() for p in self.p]
        wrap = torch.compile if mode == "compiled" else lambda fn: fn
        self.loss, self.forward = wrap(supervision_loss), wrap(model.forward)

    def step(self, y, z, fresh, inputs, labels, ids, lr=1e-4, puzzle_lr=1e-4):
        rows = self.table[ids].requires_grad_()
        loss, y, z, logits, q_halt = self.loss(self.model, y, z, fresh, inputs, labels, rows)
        (loss / len(inputs)).backward()
        grads = [p.grad for p in self.p]
        with torch.no_grad():
            self.update(grads, lr)
            touched, back = ids.unique(return_inverse=True)  # equal ids share a row: their gradients are summed
            total = torch.zeros(len(touched), rows.shape[-1]).index_add_(0, back, rows.grad)
            self.table[touched] = self.table[touched] * (1 - puzzle_lr * self.wd) - puzzle_lr * total.sign()
        for p in self.p:
            p.grad = None
        return loss.detach(), y, z, logits, q_halt, grads, rows.grad

    def update(self, g, lr):
        self.t += 1
        torch._foreach_mul_(self.p, 1 - lr * self.wd)
        torch._foreach_lerp_(self.m, g, 1 - self.b1)
        torch._foreach_mul_(self.v, self.b2)
        torch._foreach_addcmul_(self.v, g, g, 1 - self.b2)
        scale = torch._foreach_sqrt(self.v)
        torch._foreach_div_(scale, math.sqrt(1 - self.b2**self.t))
        torch._foreach_add_(self.p, [torch.atan2(m, s, out=s) for m, s in zip(self.m, scale)], alpha=-lr / (1 - self.b1**self.t))
        torch._foreach_lerp_(self.ema, self.p, 1 - self.ema_rate)

    @torch.no_grad()
    def evaluate(self, inputs, ids, steps=SUPERVISION_STEPS):
        """Yields the logits and halting logits of each supervision step; nothing halts early."""
        y, z, fresh, rows = *empty_carry(self.model, len(inputs)), self.table[ids]
        for _ in range(steps):
            y, z, logits, q_halt = self.forward(y, z, fresh, inputs, rows)
            fresh = torch.zeros_like(fresh)
            yield logits, q_halt


def empty_carry(model, batch):  # y, z, and all rows fresh
    shape = (batch, model.o.slots + model.o.positions, model.o.hidden)
    return torch.zeros(shape, dtype=model.dtype), torch.zeros(shape, dtype=model.dtype), torch.ones(batch, dtype=torch.bool)


def serve(o):
    """Warm up for a task, then one measured command per line of stdin."""
    started = time.perf_counter()
    torch.manual_seed(0)
    model = TRM(o)
    trainer = Trainer(model, torch.zeros(2, o.hidden), o.mode)
    inputs, labels = torch.randint(1, o.vocab, (2, o.batch, o.positions))
    ids = torch.ones(o.batch, dtype=torch.long)
    y, z, fresh = empty_carry(model, o.batch)
    age = torch.zeros(o.batch)

    def train():
        nonlocal y, z, fresh, age
        _, y, z, _, q_halt, _, _ = trainer.step(y, z, fresh, inputs, labels, ids)
        age = torch.where(fresh, 0, age) + 1
        fresh = (age >= SUPERVISION_STEPS) | (q_halt > 0)

    def evaluate(steps=o.steps):
        for _ in trainer.evaluate(inputs, ids, steps):
            pass

    commands = {"train": train, "evaluate": evaluate}
    for _ in range(o.warmUps):
        train() if o.task == "train" else evaluate(2)
    print(json.dumps({"ready": True, "runtime": f"PyTorch {torch.__version__}", "seconds": time.perf_counter() - started}), flush=True)
    for line in sys.stdin:
        command = line.strip()
        if command == "quit":
            return
        if command not in commands:
            print(json.dumps({"error": f"unknown command {command!r}; send train, evaluate or quit"}), flush=True)
            continue
        start = time.perf_counter()
        commands[command]()
        ms = (time.perf_counter() - start) * 1e3
        print(json.dumps({"ms": ms, "peakMB": peak_mb()}), flush=True)


def peak_mb():
    """Peak resident memory so far. On Linux not from getrusage: that starts at the size of the process that spawned this one."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) / 2**10 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main():
    a = argparse.ArgumentParser(description="PyTorch peer of the benchmarks; commands on stdin: train, evaluate, quit")
    a.add_argument("--mixer", choices=("mlp", "attention"), default="mlp")
    for flag, value in dict(hidden=512, batch=8, T=3, n=6, layers=2, expansion=4, positions=81, slots=16, vocab=11, heads=8, threads=0).items():
        a.add_argument(f"--{flag}", type=int, default=value, help=f"default {value}" if value else "default: torch decides")
    a.add_argument("--mode", choices=("eager", "compiled"), default="eager")
    a.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    a.add_argument("--task", choices=("train", "evaluate"), default="train", help="what to be warm for; default train")
    a.add_argument("--warmUps", type=int, default=2, help="default 2: the second sees the first one's strides, which may compile again")
    a.add_argument("--steps", type=int, default=SUPERVISION_STEPS, help="supervision steps of an evaluation; default 16")
    a.add_argument("--check", metavar="GOLDEN_DIR", help="replay trm-mlp and trm-att of this folder instead, and exit")
    o = a.parse_args()
    if o.threads:
        torch.set_num_threads(o.threads)
    if o.check:
        from check import check

        sys.exit(0 if all([check(o.check, name, o.mode) for name in ("trm-mlp", "trm-att")]) else 1)
    serve(o)


if __name__ == "__main__":
    main()
