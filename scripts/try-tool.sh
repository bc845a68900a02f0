#!/usr/bin/env bash
# Packs the dotnet tool, installs it into a throw-away folder and runs it from there.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet pack src/LBTool.Cli -c Release -o "$work/package" --verbosity quiet
dotnet tool install lbtool --tool-path "$work/bin" --add-source "$work/package" --verbosity quiet
cd "$work"
bin/lbtool version
bin/lbtool check slow-backend
