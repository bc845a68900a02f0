#!/usr/bin/env bash
# What a request costs our balancer, beside YARP's own pipeline, in one run.
# usage: scripts/throughput.sh [requests] [rounds] [clients]
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
exec tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks throughput "$@"
