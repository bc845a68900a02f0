#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests and packs lbtool and its PowerShell module. scripts/ci.sh does the same where there is no PowerShell.
.EXAMPLE
    ./build.ps1 Clean, Build, Test
.EXAMPLE
    ./build.ps1 Stage -Configuration Debug
#>
[CmdletBinding()]
param(
    # Clean, Build, Test, Stage (makes module/LBChaos complete) or Pack (packages and module into artifacts), in the order given.
    [Parameter(Position = 0)]
    [ValidateSet('Clean', 'Build', 'Test', 'Stage', 'Pack')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot

function Invoke-Dotnet([string[]] $Word) {
    dotnet @Word
    if ($LASTEXITCODE -ne 0) { throw "dotnet $Word ended with $LASTEXITCODE" }
}

function Clear-Output {
    Invoke-Dotnet 'clean', 'LBTool.sln', '-c', $Configuration, '--verbosity', 'quiet'
    Remove-Item -Recurse -Force -ErrorAction Ignore -Path artifacts, module/LBChaos/*.dll
}

function Invoke-Test {
    Invoke-Dotnet 'test', '--solution', 'LBTool.sln', '-c', $Configuration
    if (-not (Get-Module Pester -ListAvailable | Where-Object Version -GE '5.0')) {
        Write-Warning "Pester 5 or later is not installed: tests/module did not run. 'Install-Module Pester' brings it."
        return
    }

    $env:LBTOOL_PATH = Join-Path $PSScriptRoot "src/LBTool.Cli/bin/$Configuration/net10.0/lbtool.dll"
    Import-Module Pester -MinimumVersion 5.0
    $result = Invoke-Pester -Path tests/module -PassThru
    if ($result.Result -ne 'Passed') { throw "Pester: $($result.FailedCount) of $($result.TotalCount) failed" }
}

function Publish-Package {
    Invoke-Dotnet 'pack', 'src/LBTool.Cli', '-c', $Configuration, '-o', 'artifacts'
    Remove-Item -Recurse -Force -ErrorAction Ignore -Path artifacts/LBChaos
    Copy-Item -Recurse -Path module/LBChaos -Destination artifacts/LBChaos
}

foreach ($one in $Task) {
    switch ($one) {
        'Clean' { Clear-Output }
        'Build' { Invoke-Dotnet 'build', 'LBTool.sln', '-c', $Configuration }
        'Test' { Invoke-Test }
        'Stage' { Invoke-Dotnet 'build', 'src/LBTool.PowerShell', '-c', $Configuration }
        'Pack' {
            Invoke-Dotnet 'build', 'src/LBTool.PowerShell', '-c', $Configuration
            Publish-Package
        }
    }
}
