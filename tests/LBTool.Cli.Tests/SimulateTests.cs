using System.Text.Json;
using LBTool.Core.Balancing;

namespace LBTool.Cli.Tests;

public sealed class SimulateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-simulate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_simulation_ends_as_a_run_does()
    {
        var results = Path.Combine(_folder.FullName, "results");

        var run = await TestTerminal.RunAsync("simulate", "slow-backend", "--out", results);

        Assert.Equal((ExitCodes.Passed, ""), (run.Code, run.Error));
        Assert.StartsWith("\nPASSED  slow backend, seed 42\n", run.Output);
        Assert.EndsWith("lbtool simulate slow-backend --seed 42\n", run.Output);
        Assert.Equal(3, Directory.GetFiles(results).Length);
    }

    [Fact]
    public async Task A_failed_expectation_fails_the_gate()
    {
        var run = await TestTerminal.RunAsync("simulate", "slow-backend", "--algo", "rr");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Matches(@"FAILED +share\{backend=b1\}", run.Output);
    }

    [Fact]
    public async Task The_event_log_of_the_same_command_has_the_same_bytes()
    {
        var files = new[] { "a", "b" }.Select(name => Path.Combine(_folder.FullName, name)).ToArray();
        foreach (var file in files)
        {
            await TestTerminal.RunAsync("simulate", "slow-backend", "--events", file);
        }

        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
        Assert.All(File.ReadLines(files[0]), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task The_event_log_tells_of_health_and_faults_what_the_summary_does()
    {
        var log = Path.Combine(_folder.FullName, "log");

        await TestTerminal.RunAsync("simulate", "fall-rise", "--events", log, "--out", _folder.FullName);

        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "summary.json"), TestContext.Current.CancellationToken));
        string[] told = [.. summary.RootElement.GetProperty("attempts")[0].GetProperty("events").EnumerateArray().Select(Words).Order()];
        string[] logged = [.. File.ReadLines(log).Skip(1).Select(Parse).Where(line => line.TryGetProperty("text", out _)).Select(Words).Order()];
        Assert.Equal(told, logged);
        Assert.Contains("3000 faultStart sick-b3  sick-b3 begins: fail-health on b3", logged);
        Assert.Contains(logged, line => line.Contains(" stateChange down b3 b3 is down: ", StringComparison.Ordinal));

        static JsonElement Parse(string line) => JsonSerializer.Deserialize<JsonElement>(line);

        static string Words(JsonElement happened) => string.Join(' ', new[] { "atMs|ms", "kind|event", "name", "backend", "text" }.Select(names =>
            names.Split('|').Select(name => happened.TryGetProperty(name, out var value) ? value.ToString() : "").FirstOrDefault(value => value != "", "")));
    }

    [Fact]
    public async Task Scale_multiplies_backends_and_traffic_and_is_in_the_command_that_repeats_it()
    {
        var run = await TestTerminal.RunAsync("simulate", "slow-backend", "--scale", "3", "--network-delay", "1ms", "--format", "json");

        using var json = JsonDocument.Parse(run.Output);
        var attempt = json.RootElement.GetProperty("attempts")[0];
        Assert.Equal(15, attempt.GetProperty("backends").GetArrayLength());

        // 1,500/s for 13 s after the warm-up: 19,500 ± 5 √19,500.
        Assert.InRange(attempt.GetProperty("overall").GetProperty("requests").GetInt32(), 18_800, 20_200);
        Assert.EndsWith("--scale 3 --network-delay 1ms", json.RootElement.GetProperty("rerun").GetString());
    }

    [Fact]
    public async Task Repeat_shows_mean_and_interval_over_seeds()
    {
        var run = await TestTerminal.RunAsync("simulate", "slow-backend", "--repeat", "3");

        Assert.Equal(ExitCodes.Passed, run.Code);
        Assert.StartsWith("PASSED  slow backend, 3 seeds (42 … 44)", run.Output);
        Assert.Matches(@"p99 < 100ms during baseline +\d+\.?\d*ms ± \d+\.?\d*us +\S+ms … \S+ms +3 of 3", run.Output);
        Assert.EndsWith("lbtool simulate slow-backend --seed 42 --repeat 3\n", run.Output);
    }

    [Fact]
    public async Task Mean_and_interval_over_seeds_are_in_the_summaries_too()
    {
        var results = Path.Combine(_folder.FullName, "results");

        await TestTerminal.RunAsync("simulate", "slow-backend", "--repeat", "3", "--out", results);

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(results, "summary.json"), TestContext.Current.CancellationToken));
        var value = json.RootElement.GetProperty("values")[0];
        double Number(string name) => value.GetProperty(name).GetDouble();
        Assert.Equal(("ms", 3, 3), (value.GetProperty("unit").GetString(), value.GetProperty("attempts").GetInt32(), value.GetProperty("passed").GetInt32()));
        Assert.InRange(Number("mean"), Number("least"), Number("most"));
        Assert.True(Number("halfWidth") > 0);
        Assert.Matches(@"\| Expectation \| Mean ± 95%", await File.ReadAllTextAsync(Path.Combine(results, "summary.md"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_event_file_that_cannot_be_written_is_told_before_the_run()
    {
        var run = await TestTerminal.RunAsync("simulate", "slow-backend", "--events", Path.Combine(_folder.FullName, "no", "file"));

        Assert.Equal(ExitCodes.Environment, run.Code);
        Assert.StartsWith("--events", run.Error);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--scale", "0")]
    [InlineData("--repeat", "1001")]
    [InlineData("--network-delay", "1h")]
    public async Task A_number_out_of_range_is_wrong_usage(string option, string value)
    {
        var run = await TestTerminal.RunAsync("simulate", "slow-backend", option, value);

        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains($"{option} '{value}': must be", run.Error);
    }

    [Fact]
    public async Task Compare_ranks_all_algorithms()
    {
        var run = await TestTerminal.RunAsync("compare", "slow-backend", "--simulate", "--format", "json");

        Assert.Equal((ExitCodes.Passed, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var rows = json.RootElement.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal(
            Balancers.All.Select(row => row.Name).Order(), rows.Select(row => row.GetProperty("algorithm").GetString()).Order());
        Assert.Equal(
            rows.Select(row => row.GetProperty("verdict").GetString() != "passed"),
            rows.Select(row => row.GetProperty("verdict").GetString() != "passed").Order());

        // Blind to load: a fifth of the picks during the fault, whose 3,000 requests give ± 5 × 0.73 %.
        var blind = rows.Single(row => row.GetProperty("algorithm").GetString() == "round-robin");
        Assert.InRange(blind.GetProperty("faultyShare").GetDouble(), 0.16, 0.24);
    }

    [Theory]
    [InlineData("text", "rank  algorithm")]
    [InlineData("markdown", "| rank | algorithm |")]
    public async Task Compare_has_tables_for_people(string format, string head)
    {
        var run = await TestTerminal.RunAsync("compare", "slow-backend", "--simulate", "--algo", "rr,p2c", "--format", format);

        Assert.Contains(head, run.Output);
        Assert.Equal(2, run.Output.Split('\n').Count(line => line.Contains("of 6495", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Compare_names_an_unknown_algorithm_and_the_nearest_known_one()
    {
        var run = await TestTerminal.RunAsync("compare", "slow-backend", "--algo", "rr,p2d");

        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains("'p2d' is none of them, did you mean p2c?", run.Error);
    }
}
