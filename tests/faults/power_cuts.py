"""What a disk may hold after a power cut, worked out from a recording of everything that was written to it.

The rules are POSIX's and no kinder: what a completed sync has not covered may be there or not, in any combination, and each
piece of it torn between sectors of 512 bytes; a name is in its folder for certain only after a sync of the folder.
"""

import random
import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WRITE, TRUNCATE, SYNC_BEGINS, SYNC_ENDS, CREATE, UNLINK, ACKNOWLEDGED = range(1, 8)
_HEAD = struct.Struct("<IIQII")
_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the recording."""

    kind: int
    process: int
    path: str
    offset: int
    data: bytes


def read_log(log: Path, end: int | None = None) -> list[Event]:
    """The recording's first `end` bytes, or all of it."""
    raw = log.read_bytes()[:end]
    events, at = [], 0
    while at < len(raw):
        kind, process, offset, path_length, data_length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        path = raw[at : at + path_length].decode()
        at += path_length
        events.append(Event(kind, process, path, offset, raw[at : at + data_length]))
        at += data_length
    return events


def acknowledgement(number: int) -> bytes:
    """What a client writes into the recording when it has its answer."""
    return _HEAD.pack(ACKNOWLEDGED, 0, number, 0, 0)


@dataclass
class _File:
    """What is surely on the disk, and what may be."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)
    begun: dict[int, int] = field(default_factory=dict)  # process -> how many of the pending its sync will cover

    def apply(self, event: Event, length: int | None = None) -> None:
        if event.kind == TRUNCATE:
            del self.content[event.offset :]
            self.content.extend(bytes(event.offset - len(self.content)))
            return
        data = event.data[:length]
        self.content.extend(bytes(max(0, event.offset - len(self.content))))
        self.content[event.offset : event.offset + len(data)] = data

    def synced(self, process: int) -> None:
        covered = self.begun.pop(process, 0)
        for event in self.pending[:covered]:
            self.apply(event)
        del self.pending[:covered]
        self.begun = {other: max(0, count - covered) for other, count in self.begun.items()}

    def left(self, chance: random.Random, keep: float) -> bytes:
        """One of the things the disk may hold."""
        left = _File(bytearray(self.content))
        kept = [event for event in self.pending if chance.random() < keep]
        if 0 < keep < 1:
            chance.shuffle(kept)
        for event in kept:
            torn = event.kind == WRITE and 0 < keep < 1 and chance.random() < 0.3
            left.apply(event, chance.randrange(0, len(event.data) + 1, _SECTOR) if torn else None)
        return bytes(left.content)


def cuts(
    events: list[Event], before: dict[str, bytes], positions: list[int], seed: int
) -> Iterator[tuple[dict[str, bytes], set[int]]]:
    """For each position in the recording, rising, the files a power cut there may leave, and what had been acknowledged.

    before: the files when the recording began, safely on the disk.
    """
    chance = random.Random(seed)
    # What a name may stand for after a cut: the first surely did once, the last does now.
    names: dict[str, list[_File | None]] = defaultdict(lambda: [None])
    names.update({path: [_File(bytearray(content))] for path, content in before.items()})
    acknowledged: set[int] = set()
    done = 0
    for position in positions:
        for event in events[done:position]:
            _play(event, names, acknowledged)
        done = position
        keep = chance.choice([0.0, 1.0, 0.5, 0.8])
        left = {}
        for path, candidates in names.items():
            file = candidates[0] if keep == 0 else candidates[-1] if keep == 1 else chance.choice(candidates)
            if file is not None:
                left[path] = file.left(chance, keep)
        yield left, set(acknowledged)


def _play(event: Event, names: dict[str, list[_File | None]], acknowledged: set[int]) -> None:
    if event.kind == ACKNOWLEDGED:
        acknowledged.add(event.offset)
    elif event.kind == CREATE:
        names[event.path].append(_File())
    elif event.kind == UNLINK:
        names[event.path].append(None)
    elif (file := names[event.path][-1] if event.path in names else None) is None:  # a folder
        if event.kind == SYNC_ENDS:
            for path, candidates in names.items():
                if path.rpartition("/")[0] == event.path:
                    del candidates[:-1]
    elif event.kind == SYNC_BEGINS:
        file.begun[event.process] = len(file.pending)
    elif event.kind == SYNC_ENDS:
        file.synced(event.process)
    else:
        file.pending.append(event)
