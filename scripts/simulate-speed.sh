#!/usr/bin/env bash
# Simulated requests a second on one core, over requests and backends.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
exec tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks simulate-speed
