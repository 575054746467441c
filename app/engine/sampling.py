"""Seeds to numbers: a counter-based integer generator and decimal grids.

NumPy's own generators may change their streams between versions; a question must not. So raw words come from SplitMix64's
finaliser (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), written here over uint64
arrays, and everything drawn from them is exact integer arithmetic up to one final division onto the decimal grid.
"""

from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from app.engine.sigmoid import Array

Words = NDArray[np.uint64]

SEED_BITS = 50
_AHEAD = 48
# As arrays of no axes: NumPy takes twice as long to work with its own scalars, and most blocks are a question.
_GOLDEN, _M1, _M2, _S27, _S30, _S31, _S32 = (
    np.array(n, dtype=np.uint64) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 27, 30, 31, 32)
)
_PLACES = np.arange(32)
_ONE = np.array(1)
_SIGNS = np.array([1, -1])


def _mix(x: Words) -> Words:
    """SplitMix64's finaliser on each word; the array it is given is overwritten."""
    x ^= x >> _S30
    x *= _M1
    x ^= x >> _S27
    x *= _M2
    x ^= x >> _S31
    return x


@lru_cache(maxsize=256)
def _stream_key(stream: str) -> Words:
    return np.array(int.from_bytes(sha256(stream.encode()).digest()[:8], "big"), dtype=np.uint64)


def words(seeds: Words, stream: str, first: int, count: int) -> Words:
    """Words `first` … `first + count - 1` of each seed's stream.

    Args:
        seeds: shape [B].
        stream: a name; different names give unrelated words for the same seed.
    Returns:
        shape [B, count]; row k depends on seeds[k] alone.
    """
    key = _mix(_mix(seeds + _GOLDEN) ^ _stream_key(stream))
    return _mix(key[:, None] + _counters(first, count))


@lru_cache(maxsize=256)
def _counters(first: int, count: int) -> Words:
    return np.arange(first + 1, first + count + 1, dtype=np.uint64) * _GOLDEN


def below(raw: Words, n: int | Words) -> NDArray[np.int64]:
    """Each word as an integer in 0 … n-1, n < 2^32 (multiply-shift; its bias is below n / 2^32). n: one, or one a column."""
    scaled = raw >> _S32
    scaled *= n
    scaled >>= _S32
    return scaled.view(np.int64)  # below 2^32, so that the sign bit is clear


@lru_cache(maxsize=256)
def _choices(entries: int, sizes: int) -> Words:
    """How many values each word of a signed vector chooses from: a size for every entry, and last a pattern of signs, of which
    2^n - 2 have both.
    """
    return np.array([sizes] * entries + [2**entries - 2], dtype=np.uint64)


class Draw:
    """The numbers of one stream, for a block of seeds, taken one after the other.

    Every method returns an array whose first axis runs over the seeds.
    """

    def __init__(self, seeds: Words, stream: str) -> None:
        self._seeds = seeds
        self._stream = stream
        self._taken = 0
        self._ahead = np.empty((len(seeds), 0), dtype=np.uint64)

    def words(self, count: int) -> Words:
        """The next `count` raw words, shape [B, count]."""
        if self._ahead.shape[1] < count:
            # Some more at once: for a few questions, each call costs more than the words. A large block takes just its own.
            fetched = max(count, _AHEAD // max(1, len(self._seeds)))
            self._ahead = words(self._seeds, self._stream, self._taken, fetched)
        self._taken += count
        taken, self._ahead = self._ahead[:, :count], self._ahead[:, count:]
        return taken

    def signed(self, entries: int, smallest: int, largest: int, decimals: int) -> Array:
        """Vectors on a decimal grid, with both signs in each.

        Args:
            entries: length n of each vector, at least 2.
            smallest, largest: bounds of the size of an entry, in units of the last decimal, inclusive.
            decimals: places of the grid.
        Returns:
            shape [B, n]; each value is the double nearest to its decimal.
        """
        chosen = below(self.words(entries + 1), _choices(entries, largest - smallest + 1))
        # Bit k of the pattern makes entry k negative.
        negative = ((_ONE + chosen[:, entries:]) >> _PLACES[:entries]) & _ONE
        drawn: Array = (smallest + chosen[:, :entries]) * _SIGNS[negative] / 10.0**decimals
        return drawn

    def positive(self, entries: int, smallest: int, largest: int, decimals: int) -> Array:
        """Vectors of positive entries on a decimal grid; arguments and shape as for `signed`."""
        return (smallest + below(self.words(entries), largest - smallest + 1)) / 10.0**decimals
