"""A transparency log as C2SP has it, without Django: tree, tiles, notes, checkpoints, files."""
