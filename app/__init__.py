"""The quiz that teaches backpropagation by hand."""

__version__ = "0.1.0"
