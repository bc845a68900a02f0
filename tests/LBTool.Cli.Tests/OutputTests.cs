using System.Text.Json;
using LBTool.Core.Balancing;
using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Tests;

/// <summary>What the verbs that start nothing write.</summary>
public sealed class OutputTests : IDisposable
{
    private const string Text = """
        version: 1
        name: one of three is slow
        seed: 42
        target: { protocol: http, algorithm: p2c, backends: { count: 3, latency: 10ms } }
        load: { executor: constant-arrival-rate, rate: 200/s, duration: 20s, warmup: 2s, arrivals: poisson }
        faults:
          - { name: slow-b1, at: 5s, for: 10s, target: b1, toxic: { type: latency, latency: 200ms } }
        expect:
          - p95 < 60ms during slow-b1
          - errors == 0
        gate: { repeat: 3, pass: 2 }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-output-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Check_says_what_a_scenario_is()
    {
        var file = Write(Text);

        var check = await TestTerminal.RunAsync("check", file);

        Assert.Equal(0, check.Code);
        Assert.Empty(check.Error);
        Screens.Verify("check.txt", check.Output.Replace(file, "slow.lb.yaml", StringComparison.Ordinal));
    }

    // The key is the scenario's, also under another algorithm that has one.
    [Theory]
    [InlineData("wrr", "", "weighted-round-robin (burst = false)")]
    [InlineData("{ name: wrr, burst: true }", "", "weighted-round-robin (burst = true)")]
    [InlineData("{ name: ewma, decay: 1500ms }", "", "peak-ewma (decay = 1.5s, penalty = 1s)")]
    [InlineData("{ name: ring, key: path }", "", "consistent-hash (key = path, points = 160)")]
    [InlineData("{ name: ring, key: 'header:X-User', points: 320 }", "bounded", "bounded-load-hash (key = header:X-User, epsilon = 0.25, points = 160)")]
    [InlineData("{ name: ring, key: path }", "p2c", "power-of-two-choices (choices = 2)")]
    [InlineData("ip-hash", "", "ip-hash (key = client)")]
    public async Task Check_says_parameters_as_a_scenario_writes_them(string algorithm, string other, string shown)
    {
        var file = Write(Text.Replace("algorithm: p2c", $"algorithm: {algorithm}", StringComparison.Ordinal));

        var check = await TestTerminal.RunAsync(["check", file, .. other.Length == 0 ? Array.Empty<string>() : ["--algo", other]]);

        Assert.Contains($"  algorithm     {shown}\n", check.Output);
    }

    [Fact]
    public async Task Check_says_it_of_the_scenario_as_the_command_line_changes_it()
    {
        var check = await TestTerminal.RunAsync("check", Write(Text), "--algo", "rr", "--expect", "p99 < 1s");

        Assert.Contains("round-robin", check.Output);
        Assert.Matches(@"expectations\s+3\b", check.Output);
    }

    [Fact]
    public async Task Check_tells_every_problem_with_its_place()
    {
        var file = Write(Text.Replace("rate:", "rat:", StringComparison.Ordinal).Replace("target: b1", "target: b9", StringComparison.Ordinal));

        var check = await TestTerminal.RunAsync("check", file);

        Assert.Equal(ExitCodes.Usage, check.Code);
        Assert.Empty(check.Output);
        Assert.All(check.Error.TrimEnd().Split('\n'), line => Assert.Matches(@"slow\.lb\.yaml\(\d+,\d+\): ", line));
        Assert.Contains("'rat'", check.Error);
        Assert.Contains("'b9'", check.Error);
    }

    [Fact]
    public async Task Check_points_into_a_bad_expectation_of_a_file()
    {
        var file = Write(Text.Replace("p95 <", "p9x <", StringComparison.Ordinal));

        var check = await TestTerminal.RunAsync("check", file);

        Assert.Equal(ExitCodes.Usage, check.Code);
        Assert.StartsWith($"{file}(9,5): ", check.Error);
        Assert.EndsWith("\n  p9x < 60ms during slow-b1\n  ^\n", check.Error);
    }

    [Fact]
    public async Task Explain_tells_timeline_figures_and_warnings()
    {
        var explain = await TestTerminal.RunAsync("explain", "fall-rise", "--expect", "p99 < 4ms during sick-b3");

        Assert.Equal(ExitCodes.Passed, explain.Code);
        Assert.Empty(explain.Error);
        Screens.Verify("explain.txt", explain.Output);
    }

    [Theory]
    [InlineData("", "(1,1)")] // random bytes, as it were
    [InlineData("version: 1\nname: caf", "(2,10)")] // Latin-1
    public async Task Check_says_of_what_is_not_UTF_8_that_it_is_not(string before, string place)
    {
        var file = Write(before);
        await File.AppendAllBytesAsync(file, [0xE9, 0x28, 0x00, 0xFF, 0x0A], TestContext.Current.CancellationToken);

        var check = await TestTerminal.RunAsync("check", file);

        Assert.Equal((ExitCodes.Usage, $"{file}{place}: not a text file in UTF-8: no text has what is here; save the scenario in UTF-8, or name another file\n"),
            (check.Code, check.Error));
    }

    [Fact]
    public async Task Explain_refuses_what_check_refuses()
    {
        var invalid = await TestTerminal.RunAsync("explain", Write(Text.Replace("rate:", "rat:", StringComparison.Ordinal)));
        var missing = await TestTerminal.RunAsync("explain", Path.Combine(_folder.FullName, "missing.lb.yaml"));

        Assert.Equal((ExitCodes.Usage, ExitCodes.Environment), (invalid.Code, missing.Code));
        Assert.Contains("'rat'", invalid.Error);
        Assert.Empty(invalid.Output + missing.Output);
    }

    [Fact]
    public async Task Algorithms_has_all_there_is_to_say_of_each()
    {
        var algorithms = await TestTerminal.RunAsync("algorithms");

        Assert.All(Balancers.All, row => Assert.All(
            row.Names.Concat(row.Parameters.Select(parameter => parameter.Name)).Concat([row.Rule, row.UseWhen, row.AvoidWhen]),
            word => Assert.Contains(word, algorithms.Output)));
        Assert.Equal(Balancers.All.Count(row => row.UsesKey), algorithms.Output.Split($"key = client ({KeySource.Forms})").Length - 1);
    }

    [Fact]
    public async Task Algorithms_as_JSON_are_the_table()
    {
        var algorithms = await TestTerminal.RunAsync("algorithms", "--format", "json");

        using var json = JsonDocument.Parse(algorithms.Output);
        JsonElement[] rows = [.. json.RootElement.EnumerateArray()];
        Assert.Equal(Balancers.All.Select(row => row.Name), rows.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(
            Balancers.All.Select(row => row.UsesKey), rows.Select(row => DefaultOf(row, "key")?.GetString() == "client"));
        Assert.Equal("10s", DefaultOf(rows.Single(row => row.GetProperty("name").GetString() == "peak-ewma"), "decay")?.GetString());
        Assert.False(DefaultOf(rows.Single(row => row.GetProperty("name").GetString() == "least-connections"), "turns")?.GetBoolean());
        Assert.Equal(2, DefaultOf(rows.Single(row => row.GetProperty("name").GetString() == "power-of-two-choices"), "choices")?.GetInt32());

        static JsonElement? DefaultOf(JsonElement row, string parameter) => row.GetProperty("parameters").EnumerateArray()
            .Where(found => found.GetProperty("name").GetString() == parameter)
            .Select(found => (JsonElement?)found.GetProperty("default")).SingleOrDefault();
    }

    [Fact]
    public async Task Toxics_are_listed_with_all_that_the_table_knows()
    {
        var toxics = await TestTerminal.RunAsync("toxics");

        Assert.All(ToxicTable.All, row => Assert.All(
            row.Attributes.SelectMany(attribute => new[] { attribute.Name, attribute.Description }).Concat([row.Name, row.Description, row.Example]),
            word => Assert.Contains(word, toxics.Output)));
        Assert.All(HttpFaultTable.All, row => Assert.Contains($"http: {{ {row.Example}, percent: 10% }}", toxics.Output));
        Assert.All(ActionTable.All, row => Assert.Contains($"action: {row.Name}", toxics.Output));
    }

    [Fact]
    public async Task Toxics_as_JSON_are_the_table()
    {
        var toxics = await TestTerminal.RunAsync("toxics", "--format", "json");

        using var json = JsonDocument.Parse(toxics.Output);
        Assert.Equal(
            [.. ToxicTable.All.Select(row => row.Name), .. HttpFaultTable.All.Select(row => row.Name), .. ActionTable.All.Select(row => row.Name)],
            json.RootElement.EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(
            ["ms", "us", "KB/s", "bytes", "0 to 1"],
            json.RootElement.EnumerateArray().Take(ToxicTable.All.Length).SelectMany(row => row.GetProperty("attributes").EnumerateArray())
                .Select(attribute => attribute.GetProperty("unit").GetString()).Distinct().OrderBy(unit => Array.IndexOf(["ms", "us", "KB/s", "bytes", "0 to 1"], unit)));
    }

    [Fact]
    public async Task Scenarios_are_listed_with_their_descriptions()
    {
        var list = await TestTerminal.RunAsync("scenarios");

        Assert.True(BuiltInScenarios.All.Length >= 3, "built-in scenarios got lost");
        Assert.All(BuiltInScenarios.All, scenario => Assert.Matches($@"(?m)^{scenario.Name}\s+\S", list.Output));
    }

    [Fact]
    public async Task A_scenario_that_is_shown_is_one_that_checks()
    {
        foreach (var scenario in BuiltInScenarios.All)
        {
            var shown = await TestTerminal.RunAsync("scenarios", "show", scenario.Name);
            var check = await TestTerminal.RunAsync("check", Write(shown.Output));

            Assert.Equal((0, ""), (check.Code, check.Error));
        }
    }

    [Theory]
    [InlineData("scenario")]
    [InlineData("summary")]
    public async Task A_schema_is_JSON(string kind)
    {
        var schema = await TestTerminal.RunAsync("schema", kind);

        using var json = JsonDocument.Parse(schema.Output);
        Assert.True(json.RootElement.TryGetProperty("$schema", out _));
    }

    [Fact]
    public async Task Version_names_lbtool_and_the_runtime()
    {
        var version = await TestTerminal.RunAsync("version");

        Assert.Matches(@"^lbtool \d+\.\d+\.\d+.* \(\.NET ", version.Output);
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder.FullName, "slow.lb.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
