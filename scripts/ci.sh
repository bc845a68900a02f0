#!/usr/bin/env bash
# Builds, tests and packs lbtool and its PowerShell module: build.ps1 for machines without PowerShell.
# usage: scripts/ci.sh [-c Debug|Release] [clean|build|test|stage|pack]...
#   stage makes module/LBChaos complete; pack puts packages and module into artifacts. Without a task: build.
set -euo pipefail
cd "$(dirname "$0")/.."

configuration=Release
if [ "${1:-}" = -c ]; then
    configuration=${2:?"-c needs Debug or Release"}
    shift 2
fi

stage() { dotnet build src/LBTool.PowerShell -c "$configuration"; }

clean() {
    dotnet clean LBTool.sln -c "$configuration" --verbosity quiet
    rm -rf artifacts module/LBChaos/*.dll
}

run_tests() {
    dotnet test --solution LBTool.sln -c "$configuration"
    if ! command -v pwsh > /dev/null; then
        echo "pwsh is not here: tests/module (Pester) did not run"
        return
    fi
    LBTOOL_PATH="$PWD/src/LBTool.Cli/bin/$configuration/net10.0/lbtool.dll" pwsh -NoProfile -Command '
        if (-not (Get-Module Pester -ListAvailable | Where-Object Version -GE "5.0")) { "Pester is not here: tests/module did not run"; exit 0 }
        Import-Module Pester -MinimumVersion 5.0
        if ((Invoke-Pester -Path tests/module -PassThru).Result -ne "Passed") { exit 1 }'
}

pack() {
    stage
    dotnet pack src/LBTool.Cli -c "$configuration" -o artifacts
    rm -rf artifacts/LBChaos
    cp -R module/LBChaos artifacts/LBChaos
}

for task in "${@:-build}"; do
    case $task in
        clean) clean ;;
        build) dotnet build LBTool.sln -c "$configuration" ;;
        test) run_tests ;;
        stage) stage ;;
        pack) pack ;;
        *)
            echo "scripts/ci.sh: '$task' is no task: clean, build, test, stage or pack" >&2
            exit 2
            ;;
    esac
done
