#!/usr/bin/env bash
# Measures the simulator against exact formulas, and writes docs/theory.md.
# usage: scripts/theory.sh [requests a cell]
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
exec tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks theory docs/theory.md "$@"
