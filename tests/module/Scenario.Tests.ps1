BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $short = Join-Path $TestDrive 'short é.lb.yaml'
    Set-Content -LiteralPath $short -Encoding utf8 -Value @'
version: 1
name: a short one
target: { protocol: http, algorithm: rr, backends: { count: 2, latency: 1ms } }
load: { executor: constant-arrival-rate, rate: 50/s, duration: 1s }
expect:
  - requests == 50
'@
}

Describe 'scenarios' {
    It 'are listed, copied and checked' {
        (Get-LBChaosScenario).Name | Should -Contain 'slow-backend'
        $file = New-LBChaosScenario TestDrive:/mine.lb.yaml -From dead-backend
        Test-LBChaosScenario $file.FullName | Should -BeTrue
        { New-LBChaosScenario TestDrive:/mine.lb.yaml } | Should -Throw -ErrorId 'LBChaos.FileExists*'
        Add-Content $file.FullName 'nonsense: 1'
        Test-LBChaosScenario $file.FullName -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeFalse
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'LBChaos.InvalidScenario*'
    }

    It 'run on sockets' {
        $result = Invoke-LBChaosScenario $short -OutputDirectory "$TestDrive/my results"
        $result.Requests | Should -Be 50
        $result.SummaryPath, $result.JUnitPath, $result.MarkdownPath | Should -Exist
        $result | Out-String | Should -Match 'Expectations : 1 of 1 passed'
        $result.Expectations | Out-String | Should -Match 'passed\s+requests == 50'
        { $result | Assert-LBChaos } | Should -Not -Throw
    }

    It 'run in virtual time' {
        (Invoke-LBChaosSimulation slow-backend -Algorithm p2c -Seed 42).Passed | Should -BeTrue
        $failed = Invoke-LBChaosSimulation slow-backend -Algorithm rr -Seed 42
        $failed.Verdict | Should -Be 'failed'
        { $failed | Assert-LBChaos } | Should -Throw -ErrorId 'LBChaos.AssertionFailed*'
    }

    It 'compare algorithms' {
        $rows = Compare-LBChaosAlgorithm slow-backend rr, p2c -Simulate -Seed 42
        $rows.Algorithm | Should -Be 'power-of-two-choices', 'round-robin'
        $rows | Format-Table | Out-String | Should -Match '1\s+power-of-two-choices'
    }

    It 'are reported' {
        Invoke-LBChaosSimulation $short | Export-LBChaosReport TestDrive:/report.xml
        [xml] (Get-Content TestDrive:/report.xml -Raw) | ForEach-Object { $_.testsuites.testsuite.testcase.name } | Should -Be 'requests == 50'
    }
}

Describe 'the sample gate' {
    It 'ends with <Code> when the scenario <Verdict>' -ForEach @(
        @{ Expect = 'requests == 50'; Code = 0; Verdict = 'passes' }
        @{ Expect = 'requests == 51'; Code = 99; Verdict = 'fails' }
    ) {
        $file = Join-Path $TestDrive 'gate.lb.yaml'
        (Get-Content -LiteralPath $short -Raw).Replace('requests == 50', $Expect) | Set-Content $file
        $separator = [IO.Path]::PathSeparator
        $gate = Invoke-Shell "`$env:PSModulePath += '$separator$root/module'; & '$root/scripts/samples/gate.ps1' -Scenario '$file' -OutputDirectory '$TestDrive/gate'; exit `$LASTEXITCODE"
        $said = $gate.StandardOutput.ReadToEnd()
        $gate.WaitForExit()
        $gate.ExitCode | Should -Be $Code -Because $said
        "$TestDrive/gate/TEST-lbtool.xml" | Should -Exist
    }
}
