#!/usr/bin/env bash
# Our Toxiproxy server beside the original, in one run: requests, throughput, latency, bandwidth, memory.
# usage: scripts/toxiproxy-compare.sh [toxiproxy-server] [rounds] [requests]
#   The first argument is the original's path; by default it is looked for on PATH. Without it, nothing is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
theirs=$(command -v "${1:-toxiproxy-server}") || {
    echo "skipped: no '${1:-toxiproxy-server}' here; install Toxiproxy's server, or give its path as the first argument"
    exit 0
}
dotnet build -c Release --verbosity quiet src/LBTool.Cli
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
exec tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks toxiproxy-compare \
    src/LBTool.Cli/bin/Release/net10.0/lbtool "$theirs" "${@:2}"
