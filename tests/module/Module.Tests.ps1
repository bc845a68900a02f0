BeforeDiscovery {
    . $PSScriptRoot/Setup.ps1
    $names = (Get-Command -Module LBChaos).Name
    $analyzer = [bool] (Get-Module PSScriptAnalyzer -ListAvailable)
    $scripts = @(Get-ChildItem "$root/build.ps1", "$root/scripts/samples/*.ps1", "$root/tests/module/*.ps1", "$root/module/LBChaos/*.psd1").FullName
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
}

Describe 'the module' {
    It 'has a valid manifest' {
        (Test-ModuleManifest "$root/module/LBChaos/LBChaos.psd1").Name | Should -Be 'LBChaos'
    }

    It 'exports 24 cmdlets with approved verbs' {
        $commands = Get-Command -Module LBChaos
        $commands | Should -HaveCount 24
        $commands.Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'imports in a moment' {
        $milliseconds = (Invoke-Shell "(Measure-Command { Import-Module '$root/module/LBChaos' }).TotalMilliseconds").StandardOutput.ReadToEnd()
        Write-Information "import: $milliseconds ms" -InformationAction Continue
        [double] $milliseconds | Should -BeLessThan 10000
    }

    It 'has help with an example for <_>' -ForEach $names {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.examples.example | Should -Not -BeNullOrEmpty
        (Get-Help $_ -Examples | Out-String) | Should -Match 'Example 1'
    }

    It 'has a topic' {
        Get-Help about_LBChaos | Out-String | Should -Match 'Load-balancer chaos'
    }

    It 'passes PSScriptAnalyzer: <_>' -ForEach $scripts -Skip:(-not $analyzer) {
        # It does not see that Pester carries a variable from BeforeAll into the tests.
        $with = if ($_ -like '*.Tests.ps1') { @{ ExcludeRule = 'PSUseDeclaredVarsMoreThanAssignments' } } else { @{} }
        Invoke-ScriptAnalyzer -Path $_ -Settings PSGallery @with | Should -BeNullOrEmpty
    }
}
