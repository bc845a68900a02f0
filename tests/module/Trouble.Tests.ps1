BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $null = Start-LBChaos -Algorithm rr -Backends 3 -Latency 1ms -Load 100/s -Name trouble
}

AfterAll {
    Get-LBChaos | Stop-LBChaos
}

Describe 'backends' {
    It 'are listed' {
        (Get-LBChaosBackend).Name | Should -Be 'b1', 'b2', 'b3'
        (Get-LBChaosBackend b[12]).Name | Should -Be 'b1', 'b2'
        { Get-LBChaosBackend nope -ErrorAction Stop } | Should -Throw -ErrorId 'LBChaos.BackendNotFound*'
    }

    It 'are changed' {
        $backend = Set-LBChaosBackend b1 -Weight 2 -Latency 3ms -PassThru
        $backend.Weight, $backend.Latency | Should -Be 2, '3ms'
        Set-LBChaosBackend b1 -Weight 1 -Latency 1ms
        Set-LBChaosBackend b1 -Action Pause
        Set-LBChaosBackend b1 -Action Resume
    }

    It 'are disabled and enabled' {
        Get-LBChaosBackend b1 | Disable-LBChaosBackend
        (Measure-LBChaos 500ms).Backends[0].Requests | Should -Be 0
        Enable-LBChaosBackend b1
        (Wait-LBChaos b1 -State up).Name | Should -Be 'b1'
    }

    It 'are drained' {
        Get-LBChaosBackend b1 | Disable-LBChaosBackend -Drain -Deadline 30s
        (Wait-LBChaos -Backend b1 -Drained -Timeout 30s).Name | Should -Be 'b1'
        (Measure-LBChaos 500ms).Backends[0].Requests | Should -Be 0
        Enable-LBChaosBackend b1
    }
}

Describe 'faults' {
    AfterEach {
        Clear-LBChaosFault
    }

    It 'are added, listed and removed' {
        (Add-LBChaosFault b1 -Latency 200ms -Jitter 20ms -Name slow).Kind | Should -Be 'toxic'
        (Get-LBChaosBackend b2, b3 | Add-LBChaosFault -Http @{ status = 503; percent = '10%' }).Backend | Should -Be 'b2', 'b3'
        (Add-LBChaosFault b1 -Toxic @{ type = 'bandwidth'; rate = '100KB/s' } -For 1m).Kind | Should -Be 'toxic'
        (Add-LBChaosFault b3 -Action down).Action | Should -Be 'down'
        Get-LBChaosFault | Should -HaveCount 4
        Get-LBChaosFault | Format-Table | Out-String | Should -Match 'slow\s+b1\s+toxic'
        Get-LBChaosFault slow | Remove-LBChaosFault
        Get-LBChaosFault | Should -HaveCount 3
        Clear-LBChaosFault
        Get-LBChaosFault | Should -BeNullOrEmpty
    }

    It 'end by themselves' {
        $null = Add-LBChaosFault b1 -Latency 1ms -Name short -For 1s
        (Wait-LBChaos -Event faultEnd -EventName short).Name | Should -Be 'short'
    }

    It 'are completed by name' {
        $null = Add-LBChaosFault b1 -Latency 1ms -Name slow
        (TabExpansion2 'Remove-LBChaosFault sl').CompletionMatches.CompletionText | Should -Be 'slow'
        (TabExpansion2 'Add-LBChaosFault b').CompletionMatches.CompletionText | Should -Be 'b1', 'b2', 'b3'
    }
}

Describe 'load, measurements and assertions' {
    It 'measures what goes through' {
        $measured = Measure-LBChaos -Duration 1s
        $measured.Requests | Should -BeGreaterThan 10
        ($measured.Backends | Measure-Object Share -Sum).Sum | Should -BeGreaterThan 0.999
    }

    It 'asserts' {
        { Assert-LBChaos 'requests >= 10' -For 1s } | Should -Not -Throw
        { Assert-LBChaos 'requests == 0' -For 500ms } | Should -Throw -ErrorId 'LBChaos.AssertionFailed*'
        { Assert-LBChaos 'p99.99 < 1h' -For 500ms } | Should -Throw -ErrorId 'LBChaos.AssertionInconclusive*'
    }

    It 'drives load for a while, and resets' {
        (Invoke-LBChaosLoad 200/s -Duration 500ms).Requests | Should -BeGreaterThan 10
        (Get-LBChaos).Load | Should -BeNullOrEmpty
        (Reset-LBChaos -PassThru).Backends.Requests | Should -Be 0, 0, 0
        (Invoke-LBChaosLoad -VirtualUsers 1).VirtualUsers | Should -Be 1
        Wait-LBChaos -Requests 5
        Invoke-LBChaosLoad -Stop
    }

    It 'writes what was done as a scenario' {
        $file = New-LBChaosScenario (Join-Path $TestDrive 'found ä.lb.yaml') -FromSession trouble
        $file | Test-LBChaosScenario | Should -BeTrue
    }
}
