namespace LBTool.PowerShell.Tests.Cmdlets;

/// <summary>Backends, faults, load, waiting, measuring and asserting, on a session of three backends.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly Engine _engine = new();

    public TroubleTests() => _engine.Good("Start-LBChaos -Algorithm rr -Backends 3 -Latency 1ms -Name here");

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Backends_are_found_by_name_and_pattern_and_one_that_is_not_there_stops_no_other()
    {
        Assert.Equal(["b1", "b2", "b3"], Names("Get-LBChaosBackend"));
        Assert.Equal(["b2", "b3"], Names("Get-LBChaosBackend 'b[23]'"));
        var mixed = _engine.Run("Get-LBChaosBackend nope, b1");
        Assert.Contains("b1, b2, b3", mixed.MustBe("BackendNotFound").Exception.Message);
        Assert.Equal("b1", $"{Assert.Single(mixed.Objects)}");
        Assert.Equal(["b1", "b2", "b3"], _engine.Complete("Get-LBChaosBackend b"));
    }

    [Fact]
    public void A_backend_is_changed_by_what_is_named()
    {
        var backend = _engine.Value<Output.Backend>("Set-LBChaosBackend b1 -Weight 3 -Latency 20ms -Concurrency 7 -Queue 2 -PassThru");

        Assert.Equal((3.0, "20ms", (int?)7, (int?)2), (backend.Weight, backend.Latency, backend.Concurrency, backend.Queue));
        Assert.Empty(_engine.Good("Get-LBChaosBackend b* | Set-LBChaosBackend -Latency 2ms"));
        Assert.All(_engine.Good("Get-LBChaosBackend"), row => Assert.Equal("2ms", ((Output.Backend)row.BaseObject).Latency));
        _engine.Run("Set-LBChaosBackend b1").MustBe("BadRequest");
        _engine.Run("Set-LBChaosBackend b1 -Latency soon").MustBe("BadRequest");
        _engine.Run("Set-LBChaosBackend nope -Weight 2").MustBe("BackendNotFound");
        _engine.Good("Set-LBChaosBackend b1 -Weight 9 -WhatIf");
        Assert.Equal(3, _engine.Value<Output.Backend>("Get-LBChaosBackend b1").Weight);
    }

    [Fact]
    public void The_process_of_a_backend_dies_and_comes_back()
    {
        _engine.Good("Set-LBChaosBackend b1 -Action Kill; Invoke-LBChaosLoad 60/s -Duration 500ms");
        Assert.True(_engine.Value<long>("(Get-LBChaosBackend b1).Errors") > 0);

        _engine.Good("Set-LBChaosBackend b1 -Action Start; Reset-LBChaos");

        Assert.Equal(0, _engine.Value<Output.Measurement>("Invoke-LBChaosLoad 60/s -Duration 500ms").Errors);
    }

    [Fact]
    public void A_disabled_backend_gets_nothing_until_it_is_enabled()
    {
        Assert.NotEqual("up", _engine.Value<Output.Backend>("Get-LBChaosBackend b1 | Disable-LBChaosBackend -PassThru").State);

        var without = _engine.Value<Output.Measurement>("Invoke-LBChaosLoad 60/s -Duration 500ms");
        _engine.Good("Enable-LBChaosBackend b1; Wait-LBChaos b1 -State up");
        var with = _engine.Value<Output.Measurement>("Invoke-LBChaosLoad 60/s -Duration 500ms");

        Assert.Equal(0, without.Backends[0].Requests);
        Assert.True(without.Requests > 0);
        Assert.True(with.Backends[0].Requests > 0);
        Assert.Contains(_engine.Run("Enable-LBChaosBackend b1 -Verbose").Verbose, message => message.StartsWith("b1: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_backend_is_drained_within_a_deadline()
    {
        Assert.NotEqual("up", _engine.Value<Output.Backend>("Get-LBChaosBackend b1 | Disable-LBChaosBackend -Drain -Deadline 30s -PassThru").State);
        Assert.Equal("b1", _engine.Value<Output.Backend>("Wait-LBChaos b1 -Drained -Timeout 30s").Name);
        Assert.Equal(0, _engine.Value<Output.Measurement>("Invoke-LBChaosLoad 60/s -Duration 500ms").Backends[0].Requests);
    }

    [Fact]
    public void Faults_of_every_kind_are_added_listed_and_taken_back()
    {
        var slow = _engine.Value<Output.Fault>("Add-LBChaosFault b1 -Latency 200ms -Jitter 20ms -Name slow");
        var thin = _engine.Value<Output.Fault>("Get-LBChaosBackend b1, b2 | Add-LBChaosFault -Toxic @{ type = 'bandwidth'; rate = '100KB/s' } -For 10m");
        var wrong = _engine.Value<Output.Fault>("Add-LBChaosFault b3 -Http @{ status = 503; percent = '10%' }");
        var down = _engine.Value<Output.Fault>("Add-LBChaosFault b2 -Action down");

        Assert.Equal(("slow", "toxic", "here"), (slow.Name, slow.Kind, slow.SessionName));
        Assert.Equal(["b1", "b2"], thin.Backend);
        Assert.Equal(600_000, thin.EndsAtMs!.Value - thin.StartedAtMs, 1.0);
        Assert.Null(slow.EndsAtMs);
        Assert.Equal(("http", "action", "down"), (wrong.Kind, down.Kind, down.Action));
        Assert.Equal(4, _engine.Good("Get-LBChaosFault").Count);
        Assert.Equal(["slow"], _engine.Complete("Remove-LBChaosFault sl"));

        _engine.Run("Add-LBChaosFault b1 -Latency 1ms -Name slow").MustBe("AlreadyExists");
        _engine.Run("Add-LBChaosFault b9 -Latency 1ms").MustBe("BadRequest");
        _engine.Run("Add-LBChaosFault b1 -Toxic @{ type = 'latency'; latncy = '1ms' }").MustBe("BadRequest");
        _engine.Run("Remove-LBChaosFault nope").MustBe("FaultNotFound");
        _engine.Good("Get-LBChaosFault slow | Remove-LBChaosFault -WhatIf; Clear-LBChaosFault -WhatIf; Add-LBChaosFault b1 -Latency 1ms -WhatIf");
        Assert.Equal(4, _engine.Good("Get-LBChaosFault").Count);

        _engine.Good("Get-LBChaosFault s* | Remove-LBChaosFault");
        Assert.Equal(3, _engine.Good("Get-LBChaosFault").Count);
        _engine.Run("Get-LBChaosFault slow").MustBe("FaultNotFound");
        _engine.Good("Clear-LBChaosFault");
        Assert.Empty(_engine.Good("Get-LBChaosFault"));
    }

    [Fact]
    public void Seconds_that_PowerShell_reads_as_a_number_are_seconds()
    {
        var fault = _engine.Value<Output.Fault>("Add-LBChaosFault b1 -Toxic @{ type = 'latency'; latency = 1s } -For 30s");

        Assert.Equal(30_000, fault.EndsAtMs!.Value - fault.StartedAtMs, 1.0);
        Assert.Contains("latency=1000", fault.Summary);
    }

    [Fact]
    public void A_fault_that_ends_by_itself_can_be_waited_for()
    {
        var ended = _engine.Value<Output.SessionEvent>("$null = Add-LBChaosFault b1 -Latency 1ms -Name short -For 200ms; Wait-LBChaos -Event faultEnd -EventName short");

        Assert.Equal(("faultEnd", "short"), (ended.Kind, ended.Name));
        Assert.Empty(_engine.Good("Get-LBChaosFault"));
        _engine.Run($"Wait-LBChaos -Event faultEnd -Since {ended.Number} -Timeout 300ms").MustBe("TimedOut");
    }

    [Fact]
    public void A_load_goes_on_until_it_is_stopped()
    {
        var load = _engine.Value<Output.LoadStatus>("Invoke-LBChaosLoad 100/s -Arrivals poisson");
        Assert.Equal((100.0, "poisson", "constant-arrival-rate"), (load.Rate, load.Arrivals, load.Executor));
        Assert.Empty(_engine.Good("Wait-LBChaos -Requests 10"));
        Assert.Equal(2, _engine.Value<Output.LoadStatus>("Invoke-LBChaosLoad -VirtualUsers 2").VirtualUsers);

        _engine.Good("Invoke-LBChaosLoad -Stop");

        Assert.Null(_engine.Value<Output.Session>("Get-LBChaos").Load);
        Assert.Empty(_engine.Good("Invoke-LBChaosLoad 100/s -WhatIf"));
        Assert.Null(_engine.Value<Output.Session>("Get-LBChaos").Load);
        _engine.Run("Invoke-LBChaosLoad fast").MustBe("BadRequest");
    }

    [Fact]
    public void A_measurement_counts_what_went_through()
    {
        var measured = _engine.Value<Output.Measurement>("$null = Invoke-LBChaosLoad 100/s; Wait-LBChaos -Requests 5; Measure-LBChaos 1s");

        Assert.True(measured.DurationMs >= 1000);
        Assert.True(measured.Requests > 10);
        Assert.Equal(measured.Requests, measured.Backends.Sum(backend => backend.Requests));
        Assert.Equal(1, measured.Backends.Sum(backend => backend.Share), 6);
        Assert.True(measured.P50Ms > 0 && measured.P99Ms >= measured.P50Ms);
    }

    [Fact]
    public void Nothing_that_only_looks_is_written_into_the_journal()
    {
        _engine.Good("Invoke-LBChaosLoad 50/s; Measure-LBChaos 200ms; Get-LBChaosBackend; Get-LBChaosFault");
        _engine.Good("Add-LBChaosFault b1 -Latency 5ms -Name slow; Assert-LBChaos 'requests >= 1' -For 500ms; Invoke-LBChaosLoad -Stop");

        var file = _engine.Value<FileInfo>("New-LBChaosScenario found.lb.yaml -FromSession here");

        var text = File.ReadAllText(file.FullName);
        Assert.Contains("slow", text);
        Assert.Contains("requests >= 1", text);
        Assert.DoesNotContain("p50", text);
        Assert.True(_engine.Value<bool>("Test-LBChaosScenario found.lb.yaml"));
    }

    [Fact]
    public void Assert_is_silent_when_it_holds_and_throws_what_was_measured_when_it_does_not()
    {
        _engine.Good("Invoke-LBChaosLoad 200/s");

        Assert.Empty(_engine.Good("Assert-LBChaos 'errors == 0', 'requests >= 10' -For 500ms"));
        Assert.Equal(2, _engine.Good("Assert-LBChaos 'errors == 0', 'requests >= 10' -For 500ms -PassThru").Count);
        var failed = _engine.Run("Assert-LBChaos 'requests == 0' -For 500ms").MustBe("AssertionFailed");
        Assert.Equal("failed", Assert.IsType<Output.Expectation>(failed.TargetObject).Verdict);
        Assert.Contains("requests == 0: failed, was ", failed.Exception.Message);
        var unclear = _engine.Run("Assert-LBChaos 'p99.99 < 10s', 'errors == 0' -For 500ms").MustBe("AssertionInconclusive");
        Assert.Equal(2, Assert.IsType<Output.Expectation[]>(unclear.TargetObject).Length);
        _engine.Run("Assert-LBChaos 'p9x < 1' -For 1s").MustBe("BadRequest");
        _engine.Run("Assert-LBChaos 'errors == 0' -For 1").Error.Exception.Message.Contains("250ms", StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_takes_everything_back_and_counts_anew()
    {
        _engine.Good("Invoke-LBChaosLoad 100/s -Duration 300ms; Add-LBChaosFault b1 -Latency 1ms; Reset-LBChaos -WhatIf");
        Assert.Single(_engine.Good("Get-LBChaosFault"));

        var session = _engine.Value<Output.Session>("Reset-LBChaos -PassThru");

        Assert.Empty(session.Faults);
        Assert.All(session.Backends, backend => Assert.Equal(0, backend.Requests));
    }

    [Fact]
    public void A_session_object_says_which_session_is_meant()
    {
        _engine.Good("Start-LBChaos -Name other -Backends 1");

        Assert.Equal(["b1"], Names("Get-LBChaos other | Get-LBChaosBackend"));
        _engine.Good("Get-LBChaos other | Add-LBChaosFault b1 -Latency 1ms -Name slow");
        Assert.Equal("other", _engine.Value<Output.Fault>("Get-LBChaos | Get-LBChaosFault").SessionName);
        _engine.Good("Get-LBChaosFault -Session other | Remove-LBChaosFault");
        Assert.Empty(_engine.Good("Get-LBChaos | Get-LBChaosFault"));
    }

    [Fact]
    public void Without_Pester_its_operator_cannot_be_added() => _engine.Run("Enable-LBChaosShould").MustBe("PesterNotLoaded");

    private IEnumerable<string> Names(string script) => _engine.Good(script).Select(row => $"{row}");
}
