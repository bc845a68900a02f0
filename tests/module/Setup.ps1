# What all test files begin with: the staged module, the lbtool that was built, and a state of their own.
$root = (Resolve-Path "$PSScriptRoot/../..").Path
if (-not $env:LBTOOL_PATH) {
    $env:LBTOOL_PATH = 'Release', 'Debug' | ForEach-Object { "$root/src/LBTool.Cli/bin/$_/net10.0/lbtool.dll" } | Where-Object { Test-Path $_ } | Select-Object -First 1
}

$env:LBTOOL_STATE = Join-Path ([IO.Path]::GetTempPath()) "lbtool-pester-$PID"
Import-Module "$root/module/LBChaos" -Force
