using System.Text.Json;

namespace LBTool.Cli.Tests;

/// <summary>Runs of a second, on sockets, from the command line to the exit code.</summary>
public sealed class RunTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-run-");
    private readonly string _scenario;

    public RunTests()
    {
        _scenario = Path.Combine(_folder.FullName, "short.lb.yaml");
        File.WriteAllText(_scenario, """
            version: 1
            name: short
            target: { protocol: http, algorithm: round-robin, backends: { count: 2, latency: 1ms } }
            load: { executor: constant-arrival-rate, rate: 40/s, duration: 1s }
            faults:
              - { name: slow-b1, at: 200ms, for: 300ms, target: b1, toxic: { type: latency, latency: 20ms } }
            gate: { repeat: 3, pass: 2 }
            """);
    }

    private const string Holds = "requests >= 1";
    private const string Fails = "requests < 1";

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(ExitCodes.Passed, "--expect", Holds)]
    [InlineData(ExitCodes.Failed, "--expect", Holds, "--expect", Fails)]
    [InlineData(7, "--expect", Fails, "--fail-exit-code", "7")]
    [InlineData(ExitCodes.Passed, "--expect", Fails, "--no-gate")]
    [InlineData(ExitCodes.Inconclusive)]
    [InlineData(ExitCodes.Passed, "--no-gate")]
    public async Task The_verdict_decides_the_exit_code(int code, params string[] options)
    {
        var run = await TestTerminal.RunAsync(["run", _scenario, .. options]);

        Assert.Equal((code, ""), (run.Code, run.Error));
    }

    [Fact]
    public async Task What_only_the_simulator_can_is_told_at_once_and_nothing_else_is_written()
    {
        var stop = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(
            _scenario, (await File.ReadAllTextAsync(_scenario, stop)).Replace("backends:", "balancers: 3, backends:"), stop);
        var results = Path.Combine(_folder.FullName, "results");

        var run = await TestTerminal.RunAsync("run", _scenario, "--out", results);

        Assert.Equal(
            (ExitCodes.Environment, "", "lbtool: balancers: 3 exist only in a simulation: use lbtool simulate, or balancers: 1\n"),
            (run.Code, run.Output, run.Error));
        Assert.False(Directory.Exists(results));
    }

    [Fact]
    public async Task Attempts_stop_when_the_gate_is_decided_and_all_are_shown()
    {
        var run = await TestTerminal.RunAsync("run", _scenario, "--seed", "42", "--expect", Fails);

        Assert.Contains("FAILED  short, seed 42", run.Output);
        Assert.Contains("attempt 1 of up to 3, seed 42: FAILED", run.Output);
        Assert.Contains("attempt 2 of up to 3, seed 43: FAILED", run.Output);
        Assert.DoesNotContain("attempt 3", run.Output);
        Assert.EndsWith($"lbtool run {_scenario} --seed 42 --expect '{Fails}'\n", run.Output);
    }

    [Fact]
    public async Task Events_are_told_as_they_happen_and_again_at_the_end()
    {
        var run = await TestTerminal.RunAsync("run", _scenario, "--verbose", "--expect", Holds);

        Assert.Equal(2 * 2, run.Output.Split("slow-b1 begins").Length - 1);
        Assert.Contains("200ms .. 500ms  slow-b1 on b1", run.Error);
    }

    [Fact]
    public async Task Quiet_is_the_result_alone()
    {
        var run = await TestTerminal.RunAsync("run", _scenario, "--quiet", "--expect", Holds);

        Assert.StartsWith("\nPASSED  short, seed ", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task JSON_is_alone_on_stdout_and_the_same_as_the_file()
    {
        var results = Path.Combine(_folder.FullName, "new", "results");

        var run = await TestTerminal.RunAsync("run", _scenario, "--format", "json", "--out", results, "--expect", Holds);

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("short", json.RootElement.GetProperty("scenario").GetString());
        Assert.Equal(File.ReadAllText(Path.Combine(results, "summary.json")).TrimEnd(), run.Output.TrimEnd());
        Assert.Contains("load starts", run.Error);
        Assert.Equal(
            ["TEST-lbtool.xml", "summary.json", "summary.md"],
            Directory.GetFileSystemEntries(results).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Results_are_written_when_the_screen_takes_nothing()
    {
        var results = Path.Combine(_folder.FullName, "results");
        using var signals = new Signals(_ => { });
        await using var full = new FullDisk();
        var screen = Terminal.CreateScreen(full, plain: true, noColor: true, TestTerminal.Width);

        var code = await App.RunAsync(
            ["run", _scenario, "--quiet", "--out", results, "--expect", Holds],
            new Terminal(full, TextWriter.Null, screen, signals));

        Assert.Equal(ExitCodes.Internal, code);
        Assert.Equal(3, Directory.GetFiles(results).Length);
    }

    [Theory]
    [InlineData(ExitCodes.Interrupted)]
    [InlineData(ExitCodes.Terminated)]
    public async Task A_signal_before_the_run_begins_ends_it_too(int code)
    {
        using var signals = new Signals(_ => { });
        signals.Receive(code);

        var run = await TestTerminal.RunAsync(signals, "run", _scenario);

        Assert.Equal(code, run.Code);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Write(string? value) => throw new IOException("No space left on device");
    }
}
