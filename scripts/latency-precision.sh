#!/bin/sh
# Measures how exactly an injected latency of 100 ms arrives, at 1 and at 50 connections. Takes about a minute.
# Run it on an idle machine: other load on the processors shows up as lateness (never as earliness).
set -eu
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/LBTool.Benchmarks -- latency-precision
