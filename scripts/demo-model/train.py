"""Trains the demo model on the encoded corpus.

    train.py TOKENS.npy OUT.pt [--minutes 60] [--layers 4] [--from EARLIER.pt] [--workers 2]

The learning rate follows the clock: it rises for a moment, stays, and falls to zero over the last part of the budget, so that a run ends
well however fast the machine is. OUT.pt is saved every few minutes; a run that was interrupted goes on where it was, and --from starts
a new schedule with an earlier run's weights. Matrices are trained with Muon (orthogonalised momentum, Jordan et al. 2024), the embedding
and the norms with AdamW. Each worker is a process with one thread and a part of the batch: on a busy machine that is about twice as fast
as one process with several threads, which wait for each other in every operation.
"""
import argparse
import os
import tempfile
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, multiprocessing

from model import Config, Llama

END = 0  # <|endoftext|>
NOTHING = -100  # fills rows up; no loss there


def documents(tokens: np.ndarray, longest: int) -> list[np.ndarray]:
    """One array per document, its end marker included."""
    return [d[:longest] for d in np.split(tokens, np.flatnonzero(tokens == END) + 1) if len(d) > 1]


def batches(docs: list[np.ndarray], size: int, workers: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Batches of documents of like length, of about `size` tokens each, in random order; as indices, a multiple of `workers` each.

    A document has a row of its own, so that nothing before it distracts and every document begins at position 0, as a prompt does.
    """
    out, order = [], rng.permutation(len(docs))
    for chunk in np.array_split(order, max(1, len(docs) // 4096)):
        chunk = chunk[np.argsort([len(docs[i]) for i in chunk], kind="stable")]
        while len(chunk) >= workers:
            n = workers
            while n + workers <= len(chunk) and len(docs[chunk[-1]]) * (n + workers) <= size:
                n += workers
            out.append(chunk[-n:])
            chunk = chunk[:-n]
    return [out[i] for i in rng.permutation(len(out))]


def orthogonal(g: Tensor, steps: int = 5) -> Tensor:
    """The nearest orthogonal matrices of [n, rows, cols], by the quintic Newton-Schulz iteration."""
    x = g.bfloat16()
    wide = x.shape[-2] <= x.shape[-1]
    x = (x if wide else x.mT).contiguous()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        a = x @ x.mT
        b = torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, b, x, beta=3.4445)
    return (x if wide else x.mT).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, params: list[Tensor], lr: float, momentum: float = 0.95, decay: float = 0.05):
        super().__init__(params, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes: dict[torch.Size, list[Tensor]] = {}
            for p in group["params"]:
                shapes.setdefault(p.shape, []).append(p)
            for shape, same in shapes.items():
                updates = []
                for p in same:
                    m = self.state[p].setdefault("m", torch.zeros_like(p))
                    m.lerp_(p.grad, 1 - group["momentum"])
                    updates.append(p.grad.lerp(m, group["momentum"]))
                scale = max(1.0, shape[0] / shape[1]) ** 0.5
                for p, update in zip(same, orthogonal(torch.stack(updates))):
                    p.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-group["lr"] * scale)


def rate(part: float) -> float:
    """Learning rate as a share of its peak, `part` of the budget being spent."""
    return min(1.0, part / 0.01) * min(1.0, (1 - part) / 0.6)


def train(rank: int, a: argparse.Namespace, meeting: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=a.workers)
    say = print if rank == 0 else lambda *_, **__: None
    torch.manual_seed(a.seed)
    tokens = np.load(a.tokens)
    c = Config(layers=a.layers)
    docs = documents(tokens, c.context + 1)
    held_out, docs = docs[:240], docs[240:]
    work = batches(docs, a.batch, a.workers, np.random.default_rng(a.seed))
    model = Llama(c)
    matrices = [q for n, q in model.named_parameters() if q.dim() == 2 and n.startswith("blk.")]
    others = [q for n, q in model.named_parameters() if q.dim() == 1 or not n.startswith("blk.")]
    optimizers = [Muon(matrices, a.lr), torch.optim.AdamW(others, a.lr / 8, betas=(0.9, 0.95), weight_decay=0.0)]
    peaks = [o.param_groups[0]["lr"] for o in optimizers]
    step, seen, spent = 0, 0, 0.0
    if os.path.exists(a.out):
        saved = torch.load(a.out)
        model.load_state_dict(saved["model"])
        for o, state in zip(optimizers, saved["optimizers"]):
            o.load_state_dict(state)
        step, seen, spent = saved["step"], saved.get("seen", 0), saved["spent"]
    elif a.start:
        model.load_state_dict(torch.load(a.start)["model"])
    say(f"{sum(q.numel() for q in model.parameters())} parameters, {len(tokens)} tokens, {len(docs)} documents, {len(work)} batches", flush=True)

    def loss_of(rows: list[np.ndarray]) -> Tensor:
        length = max(map(len, rows))
        ids = torch.tensor(np.stack([np.pad(r.astype(np.int64), (0, length - len(r)), constant_values=NOTHING) for r in rows]))
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids[:, :-1].clamp(min=0))
        return F.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), ignore_index=NOTHING)

    def average_gradients(spent: float) -> float:
        """Means over the workers; the first one's clock counts for all."""
        grads = [q.grad for q in model.parameters()]
        flat = torch.cat([g.flatten() for g in grads] + [torch.tensor([spent if rank == 0 else 0.0])])
        dist.all_reduce(flat)
        at = 0
        for g in grads:
            g.copy_(flat[at:at + g.numel()].view_as(g) / a.workers)
            at += g.numel()
        return flat[-1].item()

    def save() -> None:
        if rank > 0:
            return
        torch.save({"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "config": c.as_dict(),
                    "step": step, "seen": seen, "spent": spent}, a.out + ".part")
        os.replace(a.out + ".part", a.out)

    budget, last, saved_at, mean = a.minutes * 60, time.monotonic(), spent, None
    while spent < budget:
        for o, peak in zip(optimizers, peaks):
            o.param_groups[0]["lr"] = peak * rate(spent / budget)
        loss = loss_of([docs[i] for i in work[step % len(work)][rank::a.workers]])
        loss.backward()
        now = time.monotonic()
        spent, last = average_gradients(spent + now - last), now
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        for o in optimizers:
            o.step()
            o.zero_grad(set_to_none=True)
        step += 1
        seen += sum(len(docs[i]) for i in work[step % len(work)])
        mean = loss.item() if mean is None else 0.95 * mean + 0.05 * loss.item()
        if step % 50 == 0:
            say(f"step {step}  {spent / 60:.1f} min  {seen / 1e6:.2f} M tokens  loss {mean:.3f}", flush=True)
        if spent - saved_at > 180:
            save()
            saved_at = spent
    with torch.no_grad():
        held = torch.stack([loss_of(held_out[i:i + 8]) for i in range(0, len(held_out), 8)]).mean().item()
    save()
    say(f"done: {step} steps, {seen} tokens, held-out loss {held:.4f}", flush=True)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("tokens")
    p.add_argument("out")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--layers", type=int, default=4)
    p.add_argument("--batch", type=int, default=3072, help="tokens of a step, over all workers")
    p.add_argument("--lr", type=float, default=0.016)
    p.add_argument("--from", dest="start", help="weights to begin with")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(train, (a, os.path.join(folder, "meeting")), a.workers)


if __name__ == "__main__":
    main()
