using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using LBTool.Cli.Commands;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Tests;

/// <summary>Sessions as processes: however they begin and end, the next one finds a clean place.</summary>
public sealed class SessionProcessTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("lbtool-sessions-");

    private string Folder => Path.Combine(_state.FullName, "lbtool", "sessions");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task A_session_in_the_background_does_what_the_verbs_say()
    {
        var started = await PassAsync("start --detach --backends 2 --latency 1ms --load 200/s --name walk");
        try
        {
            Assert.Contains("session   walk  process ", started);
            Assert.Contains("balancer  http://127.0.0.1:", started);

            Assert.Contains("slow-b1: latency toxic", await PassAsync("fault add b1 latency=20ms --name slow-b1"));
            Assert.Contains("slow-b1", await PassAsync("fault list"));
            Assert.Contains("slow-b1 ended", await PassAsync("fault remove slow-b1"));
            Assert.Contains("kill (kill-b2)", await PassAsync("backend kill b2"));
            Assert.Contains("fault 'kill-b2' does that already", await PassAsync("backend kill b2 --session walk"));
            await PassAsync("backend start b2");
            Assert.Contains("b3", await PassAsync("backend add --latency 2ms --weight 2"));
            Assert.Contains("b3", await PassAsync("backend set b3 --weight 3"));
            await PassAsync("backend remove b3");
            Assert.Contains("disabled", await PassAsync("disable b2"));
            Assert.Contains("up", await PassAsync("enable b2"));
            Assert.Contains("b2 is neither drained nor disabled", await PassAsync("enable b2"));
            Assert.Contains("drain", await PassAsync("drain b2 --deadline 1s"));
            Assert.Contains("up", await PassAsync("enable b2"));
            Assert.Contains("300 requests/s", await PassAsync("load set 300"));
            Assert.Contains("PASSED  requests > 0", await PassAsync("expect", "requests > 0", "--for", "300ms"));
            Assert.Equal(ExitCodes.Failed, (await RunAsync("expect", "requests < 1", "--for", "100ms")).Code);
            Assert.Equal(ExitCodes.Inconclusive, (await RunAsync("expect", "p99.9 < 1s", "--for", "50ms")).Code);
            Assert.Equal(300, JsonNode.Parse(await PassAsync("status --format json"))!["load"]!["rate"]!.GetValue<double>());
            Assert.Contains("kill-b2 ends", await PassAsync("events"));

            var file = Path.Combine(_state.FullName, "explored.lb.yaml");
            await PassAsync("record", file);
            var recorded = ScenarioReader.Read(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), file);
            Assert.Empty(recorded.Problems);
            Assert.Contains(recorded.Scenario!.Faults, fault => fault.Name == "slow-b1");

            await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
            var refused = await RunAsync("record", file);
            Assert.Equal(ExitCodes.Usage, refused.Code);
            Assert.Contains($"lbtool: '{file}' is there already; choose another name, or replace it with --force", refused.Error);
            Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            await PassAsync("record", file, "--force");
            Assert.Contains("slow-b1", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            await PassAsync("stop");
        }

        Assert.Equal("no session runs; begin one with: lbtool start", (await PassAsync("sessions")).Trim());
        Assert.EndsWith("ended\n", await File.ReadAllTextAsync(Path.Combine(Folder, "walk.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed 42", "--scenario", "slow-backend")]
    [InlineData("seed 7", "--scenario", "slow-backend", "--seed", "7")]
    public async Task The_seed_is_the_scenarios_unless_another_one_is_given(string seed, params string[] options)
    {
        using var session = new LbtoolProcess(_state.FullName, ["start", .. options]);
        await session.WaitForOutputAsync("Ctrl-C ends");

        Assert.Matches($@"balancer  .*, {seed}\n", session.Output);
    }

    [Theory]
    [InlineData("""{"drainMs":90000}""", 120)]
    [InlineData("""{"drainMs":0}""", 30)]
    [InlineData(null, 30)]
    public void A_stop_waits_for_as_long_as_the_session_may_drain_and_then_some(string? answer, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), StopCommand.PatienceFor(answer));

    [Fact]
    public async Task The_session_file_is_for_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes of files");
        using var session = await StartAsync("--name", "mine");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Path.Combine(Folder, "mine.json")).UnixFileMode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Folder).UnixFileMode);
    }

    [Fact]
    public async Task Two_sessions_at_once_are_told_apart_by_name()
    {
        using var first = await StartAsync();
        using var second = await StartAsync();

        Assert.Contains("session   s1", first.Output);
        Assert.Contains("session   s2", second.Output);
        var which = await RunAsync("status");
        Assert.Equal(ExitCodes.Environment, which.Code);
        Assert.Contains("several sessions run: s1, s2; say which with --session", which.Error);
        Assert.Contains("session   s2", await PassAsync("status --session s2"));
        var unknown = await RunAsync("status", "--session", "s3");
        Assert.Equal(ExitCodes.Environment, unknown.Code);
        Assert.Contains("no session 's3' runs; did you mean 's1'? running: s1, s2", unknown.Error);
    }

    [Fact]
    public async Task A_name_that_runs_already_is_an_error_of_the_environment()
    {
        using var first = await StartAsync("--name", "twin");

        var second = await RunAsync("start", "--name", "twin");

        Assert.Equal(ExitCodes.Environment, second.Code);
        Assert.Contains("a session called 'twin' runs already; stop it (lbtool stop --session twin), or choose another --name", second.Error);
        Assert.Contains("twin", await PassAsync("sessions"));
    }

    [Fact]
    public async Task Ten_starts_and_stops_in_a_row_leave_nothing_behind()
    {
        for (var round = 0; round < 10; round++)
        {
            await PassAsync("start --detach --backends 1");
            await PassAsync("stop");
        }

        Assert.Empty(Directory.GetFiles(Folder, "*.json"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_while_the_port_is_busy_says_so_and_leaves_nothing_behind(bool detached)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var busy = await RunAsync(["start", "--port", $"{port}", .. detached ? ["--detach"] : Array.Empty<string>()]);

        Assert.Equal(ExitCodes.Environment, busy.Code);
        Assert.Contains($"port {port} is in use", busy.Error);
        Assert.Empty(Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.json") : []);
    }

    [Fact]
    public async Task A_killed_session_leaves_a_file_that_the_next_one_recognises()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        using var killed = await StartAsync("--name", "same");
        await killed.SignalAsync("KILL");
        await killed.WaitForExitAsync();
        Assert.True(File.Exists(Path.Combine(Folder, "same.json")));

        using var next = await StartAsync("--name", "same");

        Assert.Contains($"session 'same' of process {killed.Id} is no more: its file was left behind, and was removed", next.Error);
        Assert.Contains("session   same", await PassAsync("status"));
    }

    [Fact]
    public async Task A_file_whose_process_is_another_by_now_is_stale()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "old.json"),
            $$"""{"name":"old","pid":{{Environment.ProcessId}},"processStarted":"2020-01-01T00:00:00+00:00","address":"http://127.0.0.1:1","token":"x","balancer":"","toxiproxy":"","version":"0"}""",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "torn.json"), "{", TestContext.Current.CancellationToken);

        var listed = await RunAsync("sessions");

        Assert.Equal(ExitCodes.Passed, listed.Code);
        Assert.Contains("session 'old' of process ", listed.Error);
        Assert.Contains("session 'torn': its file could not be read, and was removed", listed.Error);
        Assert.Empty(Directory.GetFiles(Folder, "*.json"));
    }

    [Theory]
    [InlineData("option")]
    [InlineData("environment")]
    public async Task With_the_guard_a_session_says_one_line_and_ends_with_its_standard_input(string how)
    {
        using var session = how == "option"
            ? new LbtoolProcess(_state.FullName, ["start", "--stdin-guard", "--load", "50/s"])
            : new LbtoolProcess(_state.FullName, ["start", "--load", "50/s"], ("LBTOOL_STDIN_GUARD", "1"));
        await session.WaitForOutputAsync("}");
        var ready = JsonNode.Parse(session.Output)!;
        Assert.True(ready["ready"]!.GetValue<bool>());
        Assert.Equal(session.Id, ready["pid"]!.GetValue<int>());
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", ready["token"]!.GetValue<string>());
        Assert.Contains("\"rate\":50", await client.GetStringAsync($"{ready["address"]}/v1/load", TestContext.Current.CancellationToken));

        session.CloseInput();

        Assert.Equal(ExitCodes.Passed, await session.WaitForExitAsync());
        Assert.Single(session.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Directory.GetFiles(Folder, "*.json"));
    }

    [Fact]
    public async Task A_session_in_the_background_is_in_no_terminals_session()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var ready = JsonNode.Parse(await PassAsync("start --detach --format json"))!;
        try
        {
            // After the name in brackets: state, parent, process group, session.
            var stat = await File.ReadAllTextAsync($"/proc/{ready["pid"]}/stat", TestContext.Current.CancellationToken);
            Assert.Equal(ready["pid"]!.ToString(), stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]);
        }
        finally
        {
            await PassAsync("stop");
        }
    }

    [Fact]
    public async Task The_guard_is_not_for_a_session_in_the_background()
    {
        using var starter = new LbtoolProcess(_state.FullName, ["start", "--detach"], ("LBTOOL_STDIN_GUARD", "1"));
        Assert.Equal(ExitCodes.Passed, await starter.WaitForExitAsync());

        Assert.Contains("s1", await PassAsync("sessions"));
        await PassAsync("stop");
    }

    [Fact]
    public async Task Wrong_answers_that_need_a_map_are_written_part_by_part()
    {
        using var session = await StartAsync();

        Assert.Equal("a: HTTP 503 for 10 % of requests on b1", (await PassAsync("fault add b1 --name a --http status.code=503,status.retry_after=2s,percent=10%")).Trim());
        Assert.Contains("b: ", await PassAsync("fault add b1 --name b --http slow_body.bytes=100,slow_body.every=50ms"));
        Assert.Contains("c: ", await PassAsync("fault add b1 --name c --http headers.Content-Type=text/wrong,headers.x.y=z"));
    }

    [Fact]
    public async Task What_a_session_refuses_is_wrong_usage()
    {
        using var session = await StartAsync();

        foreach (var (line, message) in new[]
        {
            ("backend kill b9", "unknown backend 'b9'"),
            ("fault remove x", "unknown fault 'x'; known: none"),
            ("fault add b1 latncy=5ms", "lbtool: unknown toxic 'latncy'; did you mean 'latency'?"),
            ("fault add b1 --http status=503,oops", "lbtool: --http 'status=503,oops': 'oops' must be NAME=VALUE"),
            ("fault add b1 --http status=503,status=500", "--http 'status=503,status=500': status is there twice"),
            ("fault add b1 --http status.code=503,status=500", "status is there twice"),
            ("fault add b1 latency=1ms,latency=2ms", "latency is there twice"),
            ("fault add b1 --http status.cod=503", "unknown key 'cod' in status; did you mean 'code'?"),
            ("load start fast", "rate: expected a rate such as 500/s"),
            ("load set 5", "no load with a rate is driven"),
            ("expect p99<<5ms --for 1s", "expr: "),
        })
        {
            var wrong = await RunAsync(line.Split(' '));

            Assert.Equal(ExitCodes.Usage, wrong.Code);
            Assert.Contains(message, wrong.Error);
            Assert.Empty(wrong.Output.Trim());
        }
    }

    [Fact]
    public async Task Without_a_session_there_is_nothing_to_ask()
    {
        var nothing = await RunAsync("status");

        Assert.Equal(ExitCodes.Environment, nothing.Code);
        Assert.Contains("no session runs; begin one with: lbtool start", nothing.Error);
    }

    [Fact]
    public async Task Events_are_followed_to_the_end_of_the_session()
    {
        using var session = await StartAsync();
        using var following = new LbtoolProcess(_state.FullName, ["events", "--follow"]);
        await PassAsync("backend kill b1");
        await following.WaitForOutputAsync("kill-b1 begins: kill on b1");

        await PassAsync("stop");

        Assert.Equal(ExitCodes.Passed, await following.WaitForExitAsync());
        Assert.Equal(ExitCodes.Passed, await session.WaitForExitAsync());
    }

    [Theory]
    [InlineData("60s", true, ": nothing was cut")]
    [InlineData("100ms", false, ": cut were 1 request")]
    public async Task A_session_that_is_told_to_end_drains_its_balancer_first(string deadline, bool isAnswered, string end)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        var scenario = Path.Combine(_state.FullName, "slow.lb.yaml");
        await File.WriteAllTextAsync(
            scenario, $$"""{ version: 1, name: slow, target: { backends: { count: 1, latency: 8s }, drain: { deadline: {{deadline}} } }, load: { rate: 1/s, duration: 1s } }""",
            TestContext.Current.CancellationToken);
        using var session = new LbtoolProcess(_state.FullName, ["start", "--scenario", scenario]);
        await session.WaitForOutputAsync("Ctrl-C ends");
        using var client = new HttpClient();
        var balancer = JsonNode.Parse(await PassAsync("status --format json"))!["balancer"]!.GetValue<string>();
        var held = client.GetAsync(balancer, TestContext.Current.CancellationToken);
        while (!(await PassAsync("status --format json")).Contains("\"inFlight\":1", StringComparison.Ordinal))
        {
            Assert.False(held.IsCompleted);
        }

        await session.SignalAsync("TERM");

        Assert.Equal(ExitCodes.Terminated, await session.WaitForExitAsync());
        Assert.Contains("the balancer drains: 1 in flight", session.Output);
        Assert.Contains($"the drain of the balancer is over{end}", session.Output);
        if (isAnswered)
        {
            using var answer = await held;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.ConnectionClose);
        }
        else
        {
            // Told so, or broken off: whichever comes first.
            await Record.ExceptionAsync(() => held);
        }
    }

    private async Task<LbtoolProcess> StartAsync(params string[] args)
    {
        var session = new LbtoolProcess(_state.FullName, ["start", "--backends", "2", "--latency", "1ms", .. args]);
        await session.WaitForOutputAsync("Ctrl-C ends");
        return session;
    }

    private async Task<string> PassAsync(params string[] args)
    {
        var run = await RunAsync(args.Length == 1 ? args[0].Split(' ') : args);
        Assert.True(run.Code == ExitCodes.Passed, $"{string.Join(' ', args)} ended with {run.Code}: {run.Output}{run.Error}");
        return run.Output;
    }

    private async Task<Invocation> RunAsync(params string[] args)
    {
        using var run = new LbtoolProcess(_state.FullName, args);
        var code = await run.WaitForExitAsync();
        return new Invocation(code, run.Output, run.Error);
    }
}
