"""What a graph can be run over: one algebra, one file."""
