#!/usr/bin/env bash
# What it costs to probe 1,000 backends once a second.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
exec tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks health-cost
