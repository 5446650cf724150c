"""What is measured, and how: `make bench` prints it and writes build/bench.json (docs/performance.md explains it)."""
