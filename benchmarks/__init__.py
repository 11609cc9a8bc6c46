"""What the speed claims rest on: the same tasks, ours and peers', measured in one interleaved run."""
