# A gate as Pester tests, for Pester 5 and 6: does the balancer route around a backend that is slow? Copy it and make it
# yours. Run it with: Invoke-Pester RouteAround.Tests.ps1

BeforeAll {
    Import-Module LBChaos
    Enable-LBChaosShould
    $session = Start-LBChaos -Algorithm p2c -Backends 5 -Load 300/s
}

AfterAll {
    $session | Stop-LBChaos
}

Describe 'power of two choices' {
    BeforeEach {
        $session | Reset-LBChaos
    }

    It 'shares the traffic while all backends are well' {
        foreach ($backend in ($session | Measure-LBChaos -Duration 3s).Backends) {
            $backend.Share | Should -BeGreaterThan 0.1 -Because "$($backend.Name) is as good as any"
        }
    }

    It 'routes around a backend that is 200 ms slower' {
        $session | Add-LBChaosFault b1 -Latency 200ms
        $session | Measure-LBChaos -Duration 3s | Should -RouteAround b1 -AtMost 0.1
    }

    It 'answers without an error while a backend is slow' {
        $session | Add-LBChaosFault b1 -Latency 200ms
        { $session | Assert-LBChaos 'errors == 0', 'p50 < 100ms' -For 3s } | Should -Not -Throw
    }
}
