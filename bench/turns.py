"""Contenders take turns in one process, so that a noisy neighbour is as loud for one as for the other."""

import time

WARM_UP = 3


def cpu_ms(run):
    start = time.process_time_ns()
    run()
    return (time.process_time_ns() - start) / 1e6


def take_turns(contenders, rounds):
    """CPU time of each contender: lists of milliseconds."""
    times = [[] for _ in contenders]
    for turn in range(rounds + WARM_UP):
        for contender, kept in zip(contenders, times):
            spent = cpu_ms(contender)
            if turn >= WARM_UP:
                kept.append(spent)
    return times


def quartiles(times):
    times = sorted(times)
    return [times[len(times) * part // 4] for part in (1, 2, 3)]


def shown(times):
    low, middle, high = quartiles(times)
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def row(name, ours, peer, goal):
    """One row of the report that bench/web/plot.mjs draws."""
    ours, peer = quartiles(ours)[1], quartiles(peer)[1]
    return {"name": name, "unit": "CPU ms", "ours": round(ours, 3), "peer": round(peer, 3), "ratio": round(ours / peer, 3), "goal": goal}
