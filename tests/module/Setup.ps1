# What all test files begin with: the staged module, the lbtool that was built, and a state of their own.
$root = (Resolve-Path "$PSScriptRoot/../..").Path
if (-not $env:LBTOOL_PATH) {
    $env:LBTOOL_PATH = 'Release', 'Debug' | ForEach-Object { "$root/src/LBTool.Cli/bin/$_/net10.0/lbtool.dll" } | Where-Object { Test-Path $_ } | Select-Object -First 1
}

$env:LBTOOL_STATE = Join-Path ([IO.Path]::GetTempPath()) "lbtool-pester-$PID"
Import-Module "$root/module/LBChaos" -Force

# Begins another shell of the same kind, with its output to read. A pwsh that was installed as a dotnet tool is a program of dotnet.
function Invoke-Shell([string] $Command) {
    $shell = (Get-Process -Id $PID).Path
    $tool = if ((Split-Path $shell -Leaf) -match '^dotnet(\.exe)?$') { "`"$PSHOME/pwsh.dll`" " }
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($Command))
    $start = [Diagnostics.ProcessStartInfo]::new($shell, "$tool-NoProfile -EncodedCommand $encoded")
    $start.RedirectStandardOutput = $true
    $start.UseShellExecute = $false
    [Diagnostics.Process]::Start($start)
}
