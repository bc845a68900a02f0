using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace LBTool.PowerShell.Tests.Cmdlets;

/// <summary>Sessions from start to end.</summary>
public sealed class SessionTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly Engine _engine = new("lbtool séance ");

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task A_session_serves_until_it_is_stopped()
    {
        var session = _engine.Value<Output.Session>("Start-LBChaos -Algorithm p2c -Backends 2 -Latency 1ms -Name one");

        Assert.Equal(("one", "power-of-two-choices", 2), (session.Name, session.Algorithm, session.Backends.Length));
        Assert.Equal(["b1", "b2"], session.Backends.Select(backend => backend.Name));
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(session.Balancer), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        _engine.Good("Stop-LBChaos");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(session.Balancer), TestContext.Current.CancellationToken));
        Assert.Empty(_engine.Good("Get-LBChaos"));
        Assert.True(Gone(session.ProcessId));
    }

    [Fact]
    public void It_starts_and_stops_ten_times_in_a_row() =>
        Assert.Equal(10, _engine.Good("1..10 | ForEach-Object { (Start-LBChaos -Name again).ProcessId; Stop-LBChaos }").Distinct().Count());

    [Fact]
    public void Of_two_sessions_one_must_be_named()
    {
        _engine.Good("Start-LBChaos -Name one; Start-LBChaos -Name two");

        Assert.Contains("one, two", _engine.Run("Get-LBChaosBackend").MustBe("SessionAmbiguous").Exception.Message);
        Assert.Equal("two", _engine.Value<string>("Get-LBChaosBackend b1 -Session two | ForEach-Object SessionName"));
        Assert.Equal(["one", "two"], _engine.Good("Get-LBChaos | ForEach-Object Name").Select(name => $"{name}"));
        Assert.Equal("two", _engine.Value<string>("Get-LBChaos t* | ForEach-Object Name"));
        Assert.Equal(["one", "two"], _engine.Complete("Get-LBChaosBackend -Session "));
        _engine.Good("Get-LBChaos | Stop-LBChaos");
        Assert.Empty(_engine.Good("Get-LBChaos"));
    }

    [Fact]
    public void Without_a_session_every_cmdlet_that_needs_one_says_so()
    {
        string[] scripts =
        [
            "Get-LBChaosBackend", "Set-LBChaosBackend b1 -Weight 2", "Disable-LBChaosBackend b1", "Enable-LBChaosBackend b1", "Add-LBChaosFault b1 -Latency 1ms",
            "Get-LBChaosFault", "Remove-LBChaosFault x", "Clear-LBChaosFault", "Invoke-LBChaosLoad 1/s", "Measure-LBChaos 1s", "Assert-LBChaos 'errors == 0'",
            "Wait-LBChaos -Requests 1", "Reset-LBChaos", "Stop-LBChaos", "New-LBChaosScenario x.lb.yaml -FromSession nope", "Get-LBChaos nope",
        ];

        Assert.All(scripts, script => _engine.Run(script).MustBe("SessionNotFound"));
    }

    [Fact]
    public void A_taken_name_and_a_busy_port_are_errors_that_name_them()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        _engine.Good("Start-LBChaos -Name one");

        Assert.Contains("one", _engine.Run("Start-LBChaos -Name one").MustBe("StartFailed").Exception.Message);
        Assert.Contains($"{port}", _engine.Run($"Start-LBChaos -Port {port}").MustBe("StartFailed").Exception.Message);
        _engine.Run("Start-LBChaos -Latency soon").MustBe("BadRequest");
        _engine.Run("Start-LBChaos -Scenario nope").MustBe("ScenarioNotFound");
        Assert.Equal("one", _engine.Value<Output.Session>("Get-LBChaos").Name);
    }

    [Fact]
    public void What_if_starts_and_stops_nothing()
    {
        Assert.Empty(_engine.Good("Start-LBChaos -WhatIf"));
        _engine.Good("Start-LBChaos -Name one; Stop-LBChaos -WhatIf");
        Assert.Equal("one", _engine.Value<Output.Session>("Get-LBChaos").Name);
    }

    [Fact]
    public void A_session_of_a_scenario_has_its_backends()
    {
        var session = _engine.Value<Output.Session>("Start-LBChaos -Scenario slow-backend -Load 50/s");

        Assert.Equal(5, session.Backends.Length);
        Assert.Equal(50, session.Load!.Rate);
    }

    [Fact]
    public async Task A_session_balances_connections_too()
    {
        var session = _engine.Value<Output.Session>("Start-LBChaos -Protocol tcp -Backends 1");

        Assert.StartsWith("tcp://127.0.0.1:", session.Balancer);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(session.Balancer).Port, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_variables_of_a_scenario_get_their_values()
    {
        File.WriteAllText(Path.Combine(_engine.Folder, "sized é.lb.yaml"), """
            version: 1
            name: sized
            vars: { size: 2 }
            target: { protocol: http, algorithm: rr, backends: { count: "${size}", latency: 1ms } }
            load: { executor: constant-arrival-rate, rate: 10/s, duration: 1s }
            """);

        Assert.Equal(4, _engine.Value<Output.Session>($"Start-LBChaos -Scenario '{_engine.Folder}/sized é.lb.yaml' -Variable @{{ size = 4 }}").Backends.Length);
    }

    [Fact]
    public void A_detached_session_outlives_the_module_and_is_seen_again()
    {
        var session = _engine.Value<Output.Session>("Start-LBChaos -Name far -Detach");

        _engine.Good($"Remove-Module LBChaos; Import-Module '{Built.Module}'");

        Assert.Equal(session.ProcessId, _engine.Value<Output.Session>("Get-LBChaos far").ProcessId);
        _engine.Good("Stop-LBChaos far");
        Assert.True(Gone(session.ProcessId));
    }

    [Fact]
    public void Sessions_end_with_the_module()
    {
        var session = _engine.Value<Output.Session>("Start-LBChaos");

        _engine.Good("Remove-Module LBChaos");

        Assert.True(Gone(session.ProcessId));
    }

    [Fact]
    public void A_session_that_was_killed_is_none_and_its_name_is_free()
    {
        var session = _engine.Value<Output.Session>("Start-LBChaos -Name one");
        using (var process = Process.GetProcessById(session.ProcessId))
        {
            process.Kill();
            process.WaitForExit();
        }

        Assert.Empty(_engine.Good("Get-LBChaos"));
        _engine.Run("Get-LBChaosBackend").MustBe("SessionNotFound");
        Assert.NotEqual(session.ProcessId, _engine.Value<Output.Session>("Start-LBChaos -Name one").ProcessId);
    }

    [Fact]
    public async Task Killing_the_shell_leaves_no_lbtool_behind()
    {
        using var shell = Host("(Start-LBChaos -Name one).ProcessId; Wait-LBChaos -Requests 1 -Timeout 10m");
        var process = int.Parse((await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("one", _engine.Value<Output.Session>("Get-LBChaos").Name);

        shell.Kill();

        Assert.True(Gone(process));
        Assert.Empty(_engine.Good("Get-LBChaos"));
    }

    [Fact]
    public async Task Killing_the_shell_in_the_middle_of_a_run_leaves_no_lbtool_behind()
    {
        var scenario = Path.Combine(_engine.Folder, "long.lb.yaml");
        var marker = Path.Combine(_engine.Folder, "events.jsonl");
        await File.WriteAllTextAsync(scenario, """
            version: 1
            name: long enough to be killed
            target: { protocol: http, algorithm: rr, backends: { count: 1, latency: 1ms } }
            load: { executor: constant-arrival-rate, rate: 10/s, duration: 10m }
            """, TestContext.Current.CancellationToken);
        using var shell = Host($"Invoke-LBChaosScenario '{scenario}' -EventPath '{marker}'");
        await EventuallyAsync(() => File.Exists(marker) && Children(shell.Id).Length > 0);
        var child = Assert.Single(Children(shell.Id));

        shell.Kill();

        Assert.True(Gone(child));
    }

    [Fact]
    public async Task Stopping_a_pipeline_ends_what_it_runs()
    {
        _engine.Good("Start-LBChaos -Name one -Load 20/s");
        foreach (var script in new[] { "Wait-LBChaos -Requests 1000000000", "Measure-LBChaos 10m", "Assert-LBChaos 'errors == 0' -For 10m", "Invoke-LBChaosLoad 10/s -Duration 10m", "Invoke-LBChaosScenario slow-backend" })
        {
            using var shell = _engine.Begin(script);
            using var told = new ManualResetEventSlim();
            shell.Streams.Progress.DataAdded += (_, _) => told.Set();
            var running = shell.BeginInvoke();
            Assert.True(told.Wait(Deadline, TestContext.Current.CancellationToken), $"{script} showed no progress");

            shell.Stop();

            Assert.True(running.AsyncWaitHandle.WaitOne(Deadline), script);
            Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        }

        Assert.Null(_engine.Value<Output.Session>("Get-LBChaos").Load);
        await EventuallyAsync(() => Children(Environment.ProcessId).Length == 1);
    }

    private static Process Host(string script)
    {
        var start = new ProcessStartInfo("dotnet", [Built.Host, Built.Module, script]) { RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    private static bool Gone(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.WaitForExit(Deadline);
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static int[] Children(int parent)
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "reads /proc");
        return [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture)).Where(id => IsChild(id, parent))];
    }

    private static bool IsChild(int id, int parent)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] != "Z" && fields[1] == $"{parent}";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(patience.Elapsed < Deadline, "it did not come");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
