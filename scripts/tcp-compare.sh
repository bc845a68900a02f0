#!/usr/bin/env bash
# Our TCP balancer beside HAProxy in mode tcp, in one run: requests/s and CPU per request, by wrk.
# usage: scripts/tcp-compare.sh [rounds] [seconds] [connections]
#   Without haproxy or wrk (Debian: apt-get install haproxy wrk) nothing is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
programs=()
for program in haproxy wrk; do
    path=$(command -v "$program" || ls "/usr/sbin/$program" 2>/dev/null) || {
        echo "skipped: no '$program' here; install it (Debian: apt-get install haproxy wrk)"
        exit 0
    }
    programs+=("$path")
done
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
exec tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks tcp-compare "${programs[@]}" "$@"
