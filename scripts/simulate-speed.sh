#!/usr/bin/env bash
# Simulated requests a second on one core, over requests and backends: of the simulator alone, and of lbtool simulate, which
# also writes every request down, judges and reports. Needs GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --verbosity quiet tests/LBTool.Benchmarks
dotnet build -c Release --verbosity quiet src/LBTool.Cli
tests/LBTool.Benchmarks/bin/Release/net10.0/LBTool.Benchmarks simulate-speed

scenario=$(mktemp --suffix .lb.yaml)
trap 'rm -f "$scenario"' EXIT

# One run: 100 times SCALE backends, one request at a time on each, at a load of 0.9 for so many milliseconds.
simulate() {
  cat > "$scenario" <<YAML
version: 1
name: speed
seed: 1
target: { algorithm: p2c, timeout: 1h, backends: { count: 100, latency: exponential(100ms), concurrency: 1 } }
load: { rate: 900/s, arrivals: poisson, duration: $2ms, timeout: 1h }
expect: [ "p99 < 10s", "errors == 0", "share{backend=b1} < 2%", "max_inflight{backend=b1} <= 30", "attempts <= 100%" ]
YAML
  command time -f '%U s of CPU, %e s, %M KB at most' src/LBTool.Cli/bin/Release/net10.0/lbtool simulate "$scenario" --scale "$1" > /dev/null
}

echo "lbtool simulate"
for point in "1 1111111" "1 11111111" "10 1111111" "100 11111" "100 111112"; do
  read -r scale milliseconds <<< "$point"
  echo -n "$((scale * 100)) backends, $((scale * 900 * milliseconds / 1000)) requests: "
  simulate "$scale" "$milliseconds" 2>&1
done
