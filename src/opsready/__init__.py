"""opsready: how ready a repository is to be operated."""

__version__ = "0.1.0"
