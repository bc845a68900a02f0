@{
    RootModule           = 'LBTool.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '170603cf-fa3e-4e88-9c7c-7f05e5f3fca0'
    Author               = 'lbtool maintainers'
    CompanyName          = 'lbtool maintainers'
    Copyright            = '(c) lbtool maintainers. MIT licence.'
    Description          = 'Load-balancer chaos testing: sessions, faults, load, scenarios and gates, driven by lbtool.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess     = @('LBChaos.format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Add-LBChaosFault'
        'Assert-LBChaos'
        'Clear-LBChaosFault'
        'Compare-LBChaosAlgorithm'
        'Disable-LBChaosBackend'
        'Enable-LBChaosBackend'
        'Enable-LBChaosShould'
        'Export-LBChaosReport'
        'Get-LBChaos'
        'Get-LBChaosBackend'
        'Get-LBChaosFault'
        'Get-LBChaosScenario'
        'Invoke-LBChaosLoad'
        'Invoke-LBChaosScenario'
        'Invoke-LBChaosSimulation'
        'Measure-LBChaos'
        'New-LBChaosScenario'
        'Remove-LBChaosFault'
        'Reset-LBChaos'
        'Set-LBChaosBackend'
        'Start-LBChaos'
        'Stop-LBChaos'
        'Test-LBChaosScenario'
        'Wait-LBChaos'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    FileList             = @(
        'LBChaos.psd1'
        'LBChaos.format.ps1xml'
        'LBTool.PowerShell.dll'
        'en-US/about_LBChaos.help.txt'
        'en-US/LBTool.PowerShell.dll-Help.xml'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('load-balancer', 'chaos', 'resilience', 'testing', 'toxiproxy', 'Pester', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/licenses/MIT'
        }
    }
}
