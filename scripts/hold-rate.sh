#!/usr/bin/env bash
# Shows that the load driver holds a rate against an idle balancer in the same process, with fault proxies and backends
# in between: 5,000 requests/s unless another is given. Ends with 98 when it could not.
# usage: scripts/hold-rate.sh [rate] [p2c|rr|lc|random]
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet src/LBTool.Cli
exec dotnet src/LBTool.Cli/bin/Release/net10.0/lbtool.dll run scripts/hold-rate.lb.yaml --var "rate=${1:-5000}/s" --algo "${2:-p2c}"
