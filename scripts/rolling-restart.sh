#!/usr/bin/env bash
# Shows that a rolling restart loses nothing: 100,000 requests over five backends that are drained and restarted in turn,
# 1,000 requests/s unless another rate is given (for 100 s). Ends with 0 when there was no error and no duplicate.
# usage: scripts/rolling-restart.sh [rate] [p2c|rr|lc|random]
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet src/LBTool.Cli
exec dotnet src/LBTool.Cli/bin/Release/net10.0/lbtool.dll run scripts/rolling-restart.lb.yaml --var "rate=${1:-1000}/s" --algo "${2:-lc}"
