BeforeAll {
    . $PSScriptRoot/Setup.ps1
}

AfterAll {
    Get-LBChaos | Stop-LBChaos
}

Describe 'a session' {
    AfterEach {
        Get-LBChaos | Stop-LBChaos
    }

    It 'starts, serves, is listed and stops' {
        $session = Start-LBChaos -Algorithm p2c -Backends 2 -Latency 1ms
        (Invoke-WebRequest $session.Balancer -UseBasicParsing).StatusCode | Should -Be 200
        (Get-LBChaos).ProcessId | Should -Be $session.ProcessId
        $session | Stop-LBChaos
        Get-LBChaos | Should -BeNullOrEmpty
        Get-Process -Id $session.ProcessId -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'is shown as a table and as a list' {
        Start-LBChaos -Name shown -Load 50/s | Format-Table | Out-String | Should -Match 'Name\s+Algorithm\s+Backends'
        Get-LBChaos | Format-List | Out-String | Should -Match 'Balancer\s+: http://'
        Get-LBChaosBackend | Out-String | Should -Match 'Name\s+State\s+Weight'
    }

    It 'must be named when there are two' {
        Start-LBChaos -Name one
        Start-LBChaos -Name two
        { Get-LBChaosBackend } | Should -Throw -ErrorId 'LBChaos.SessionAmbiguous*'
        (Get-LBChaosBackend b1 -Session two).SessionName | Should -Be 'two'
    }

    It 'is not there: <_>' -ForEach @(
        'Get-LBChaosBackend', 'Get-LBChaosFault', 'Clear-LBChaosFault', 'Reset-LBChaos', 'Stop-LBChaos', 'Measure-LBChaos 1s', 'Wait-LBChaos -Requests 1'
    ) {
        { & ([scriptblock]::Create($_)) } | Should -Throw -ErrorId 'LBChaos.SessionNotFound*'
    }

    It 'ends with the shell that started it, however that ends' {
        $shell = Invoke-Shell "Import-Module '$root/module/LBChaos'; (Start-LBChaos -Name short).ProcessId; Start-Sleep 600"
        $id = [int] $shell.StandardOutput.ReadLine()
        Get-Process -Id $id | Should -Not -BeNullOrEmpty
        $shell.Kill()
        Wait-Process -Id $id -Timeout 60 -ErrorAction Ignore
        Get-Process -Id $id -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'outlives the shell with -Detach' {
        (Invoke-Shell "Import-Module '$root/module/LBChaos'; `$null = Start-LBChaos -Name far -Detach").WaitForExit()
        (Get-LBChaos far).Name | Should -Be 'far'
        Stop-LBChaos far
        Get-LBChaos | Should -BeNullOrEmpty
    }

    It 'does nothing with -WhatIf' {
        Start-LBChaos -WhatIf
        Get-LBChaos | Should -BeNullOrEmpty
    }
}
