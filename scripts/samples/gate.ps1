#!/usr/bin/env pwsh
<#
.SYNOPSIS
    A gate for a CI job: runs a scenario, leaves its reports, and ends with an exit code. Copy it and make it yours.
.DESCRIPTION
    Ends with 0 when the scenario passed, 99 when an expectation failed, 98 when nothing can be said (no pass either), and
    2 when it could not run. TEST-lbtool.xml in the output folder is for the test report of the CI system.
.EXAMPLE
    ./gate.ps1 -Scenario checkout.lb.yaml -Algorithm p2c
#>
[CmdletBinding()]
param(
    # A scenario file, or a built-in scenario.
    [string] $Scenario = 'slow-backend',

    # This algorithm instead of the scenario's.
    [string] $Algorithm,

    # Where the reports go.
    [string] $OutputDirectory = 'lbtool-out'
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

try {
    Import-Module LBChaos
    $with = @{ Scenario = $Scenario; OutputDirectory = $OutputDirectory }
    if ($Algorithm) { $with.Algorithm = $Algorithm }
    $result = Invoke-LBChaosScenario @with
}
catch {
    $_ | Out-String | Write-Warning
    exit 2
}

$result.Expectations | Format-Table | Out-String -Width 200
$result.Backends | Format-Table | Out-String -Width 200
"$($result.Verdict): $($result.Scenario), seed $($result.Seed)"
"run it again: $($result.Rerun)"

if ($env:GITHUB_STEP_SUMMARY) {
    Get-Content -LiteralPath $result.MarkdownPath | Add-Content -LiteralPath $env:GITHUB_STEP_SUMMARY
}

exit @{ passed = 0; failed = 99; inconclusive = 98 }[$result.Verdict]
