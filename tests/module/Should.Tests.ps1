BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Enable-LBChaosShould
    Enable-LBChaosShould
    $result = Invoke-LBChaosSimulation slow-backend -Algorithm rr -Seed 42
}

Describe 'Should -RouteAround' {
    It 'passes for a share that is small enough' {
        $result | Should -RouteAround b1 -AtMost 0.25
        $result | Should -Not -RouteAround b1
    }

    It 'fails with what was wanted and what came' {
        { $result | Should -RouteAround b1 -AtMost 0.05 -Because 'it is slow' } |
            Should -Throw "Expected slow backend to route around 'b1' (at most 5% of the requests), because it is slow, but it got 20% of *"
    }

    It 'fails for what has no backends' {
        { 'text' | Should -RouteAround b1 } | Should -Throw
    }
}
