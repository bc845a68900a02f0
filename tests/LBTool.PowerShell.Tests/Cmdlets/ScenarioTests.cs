using System.Xml.Linq;

namespace LBTool.PowerShell.Tests.Cmdlets;

/// <summary>The cmdlets that need no session.</summary>
public sealed class ScenarioTests : IDisposable
{
    private const string Text = """
        version: 1
        name: a short one
        vars: { rate: 100 }
        target: { protocol: http, algorithm: rr, backends: { count: 2, latency: 1ms } }
        load: { executor: constant-arrival-rate, rate: "${rate}/s", duration: 1s }
        expect:
          - errors == 0
        """;

    private readonly Engine _engine = new("lbtool módule ä ");

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Get_lists_the_built_in_scenarios_and_takes_wildcards()
    {
        Assert.True(_engine.Good("Get-LBChaosScenario").Count >= 4);
        Assert.Equal("slow-backend", _engine.Value<Output.Scenario>("Get-LBChaosScenario slow-b*").Name);
        Assert.Empty(_engine.Good("Get-LBChaosScenario nothing*"));
        Assert.Contains("dead-backend", _engine.Run("Get-LBChaosScenario nope").MustBe("ScenarioNotFound").Exception.Message);
    }

    [Fact]
    public void A_simulation_gives_a_typed_result()
    {
        var result = _engine.Value<Output.ScenarioResult>("Get-LBChaosScenario slow-backend | Invoke-LBChaosSimulation -Algorithm rr -Seed 42");

        Assert.Equal(("slow backend", "42", "failed", false), (result.Scenario, result.Seed, result.Verdict, result.Passed));
        Assert.Contains(result.Expectations, expectation => expectation.Text == "errors == 0" && expectation.Passed);
        Assert.Contains(result.Expectations, expectation => !expectation.Passed && expectation.Actual is not null && expectation.Samples > 0);
        Assert.Equal(["b1", "b2", "b3", "b4", "b5"], result.Backends.Select(backend => backend.Name));
        Assert.Equal(1, result.Backends.Sum(backend => backend.Share), 6);
        Assert.Contains(result.Events, happened => happened.Kind == "faultStart" && happened.Name == "slow-b1" && happened.AtMs == 5000);
        Assert.Equal(6495, result.Requests);
        Assert.True(result.P50Ms < result.P99Ms);
        Assert.Contains("--seed 42", result.Rerun);
        Assert.Null(result.SummaryPath);
    }

    [Fact]
    public void Seeds_that_do_not_fit_a_double_get_through() =>
        Assert.Equal("18446744073709551615", _engine.Value<Output.ScenarioResult>($"Invoke-LBChaosSimulation '{Write()}' -Seed 18446744073709551615").Seed);

    [Fact]
    public void A_run_on_sockets_writes_reports_and_progress()
    {
        Write();

        var outcome = _engine.Run("Invoke-LBChaosScenario short.lb.yaml -Variable @{ rate = 50 } -Expect 'requests == 50' -OutputDirectory 'my results'");

        Assert.Null(outcome.Thrown);
        var result = (Output.ScenarioResult)Assert.Single(outcome.Objects).BaseObject;
        Assert.Equal(50, result.Requests);
        Assert.Contains(result.Expectations, expectation => expectation.Text == "requests == 50" && expectation.Passed);
        Assert.All([result.SummaryPath, result.JUnitPath, result.MarkdownPath], file => Assert.True(File.Exists(file), file));
        Assert.StartsWith(_engine.Folder, result.SummaryPath, StringComparison.Ordinal);
        Assert.Contains(outcome.Progress, record => record.CurrentOperation == "load starts");
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, outcome.Progress[^1].RecordType);
    }

    [Fact]
    public void What_if_runs_nothing_and_writes_nothing()
    {
        Write();

        Assert.Empty(_engine.Good("Invoke-LBChaosScenario short.lb.yaml -OutputDirectory out -WhatIf"));
        Assert.Empty(_engine.Good("Invoke-LBChaosSimulation short.lb.yaml -OutputDirectory out -WhatIf"));
        Assert.Empty(_engine.Good("Compare-LBChaosAlgorithm short.lb.yaml -Simulate -WhatIf"));
        Assert.Empty(_engine.Good("New-LBChaosScenario new.lb.yaml -WhatIf"));

        Assert.Equal(["short.lb.yaml"], Directory.GetFileSystemEntries(_engine.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Options_of_a_simulation_reach_lbtool()
    {
        var result = _engine.Value<Output.ScenarioResult>("Invoke-LBChaosSimulation slow-backend -Scale 2 -Repeat 3 -NetworkDelay 1ms -EventPath events.jsonl");

        Assert.Equal(3, result.Attempts.Length);
        Assert.Equal(10, result.Backends.Length);
        Assert.True(File.Exists(Path.Combine(_engine.Folder, "events.jsonl")));
    }

    [Fact]
    public void A_scenario_that_is_nowhere_is_an_error() => _engine.Run("Invoke-LBChaosScenario nope").MustBe("ScenarioNotFound");

    [Fact]
    public void Test_says_true_or_false_and_every_problem_is_an_error()
    {
        var good = Write();
        Write("bad ñ.lb.yaml", Text.Replace("rate:", "rat:", StringComparison.Ordinal).Replace("algorithm: rr", "algorithm: zz", StringComparison.Ordinal));

        Assert.True(_engine.Value<bool>($"Test-LBChaosScenario '{good}'"));
        var bad = _engine.Run("Test-LBChaosScenario 'bad ñ.lb.yaml'");
        Assert.False((bool)Assert.Single(bad.Objects).BaseObject);
        Assert.True(bad.Errors.Count >= 2);
        Assert.All(bad.Errors, error => Assert.Matches(@"bad ñ\.lb\.yaml\(\d+,\d+\): ", error.Exception.Message));
        Assert.All(bad.Errors, error => Assert.StartsWith("LBChaos.InvalidScenario", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_a_folder_go_through_the_pipeline()
    {
        Write("one.lb.yaml", Text);
        Write("two.lb.yaml", Text);

        Assert.Equal(2, _engine.Good("'one', 'two' | ForEach-Object { [IO.FileInfo] \"$PWD/$_.lb.yaml\" } | Test-LBChaosScenario | Where-Object { $_ }").Count);
    }

    [Fact]
    public void New_copies_a_built_in_scenario_and_overwrites_only_with_force()
    {
        var file = _engine.Value<FileInfo>("New-LBChaosScenario 'sub folder/mine.lb.yaml' -From dead-backend");

        Assert.Equal(Path.Combine(_engine.Folder, "sub folder", "mine.lb.yaml"), file.FullName);
        Assert.True(_engine.Value<bool>($"Test-LBChaosScenario '{file.FullName}'"));
        _engine.Run($"New-LBChaosScenario '{file.FullName}'").MustBe("FileExists");
        _engine.Good($"New-LBChaosScenario '{file.FullName}' -From slow-backend -Force");
        Assert.Contains("slow", File.ReadAllText(file.FullName));
    }

    [Fact]
    public void Compare_ranks_algorithms()
    {
        var rows = _engine.Good("Compare-LBChaosAlgorithm slow-backend -Algorithm rr, p2c -Simulate -Seed 42")
            .Select(row => (Output.ComparedAlgorithm)row.BaseObject).ToArray();

        Assert.Equal([(1, "power-of-two-choices", true), (2, "round-robin", false)], rows.Select(row => (row.Rank, row.Algorithm, row.Passed)));
        Assert.All(rows, row => Assert.Equal(("slow backend", "42", 6495L), (row.Scenario, row.Seed, row.Requests)));
        Assert.True(rows[0].FaultyShare < rows[1].FaultyShare);
    }

    [Fact]
    public void Export_writes_each_format_from_a_result_or_from_its_file()
    {
        Write();
        _engine.Good("$result = Invoke-LBChaosSimulation short.lb.yaml -Seed 1 -OutputDirectory out");

        _engine.Good("$result | Export-LBChaosReport a.xml; $result | Export-LBChaosReport a.md; $result | Export-LBChaosReport a.json");
        _engine.Good("Export-LBChaosReport -Path out/summary.json -Destination b.txt -Format markdown");

        Assert.Equal("testsuites", XDocument.Load(Path.Combine(_engine.Folder, "a.xml")).Root!.Name.LocalName);
        Assert.Equal(ReadFile("out", "summary.md"), ReadFile("a.md"));
        Assert.Equal(ReadFile("out", "summary.md"), ReadFile("b.txt"));
        Assert.Equal(ReadFile("out", "summary.json"), ReadFile("a.json"));
        _engine.Run("$result | Export-LBChaosReport a.md").MustBe("FileExists");
        _engine.Run("$result | Export-LBChaosReport a.pdf").MustBe("BadRequest");
        _engine.Run("Export-LBChaosReport -Path nope.json -Destination c.md").MustBe("Environment");
    }

    [Fact]
    public void Assert_throws_the_result_of_a_scenario_that_did_not_pass()
    {
        var failed = _engine.Run("Invoke-LBChaosSimulation slow-backend -Algorithm rr -Seed 42 | Assert-LBChaos").MustBe("AssertionFailed");

        Assert.Equal("failed", Assert.IsType<Output.ScenarioResult>(failed.TargetObject).Verdict);
        Assert.Contains("share{backend=b1} < 5% during faulted: failed, was 19.99%", failed.Exception.Message);
        Assert.True(_engine.Value<bool>("(Invoke-LBChaosSimulation slow-backend -Algorithm p2c -Seed 42 | Assert-LBChaos -PassThru).Passed"));
        Write("empty.lb.yaml", Text.Split("expect:")[0]);
        _engine.Run("Invoke-LBChaosSimulation empty.lb.yaml | Assert-LBChaos").MustBe("AssertionInconclusive");
    }

    [Fact]
    public void A_missing_lbtool_is_an_error_that_says_how_to_install_it() =>
        Assert.Contains(
            "dotnet tool install --global lbtool",
            _engine.Run("Get-LBChaosScenario -LbtoolPath ./nothing").MustBe("LbtoolNotFound").Exception.Message);

    [Fact]
    public void Tab_completes_algorithms_and_scenarios()
    {
        Assert.Contains("power-of-two-choices", _engine.Complete("Invoke-LBChaosScenario slow-backend -Algorithm p"));
        Assert.Contains("p2c", _engine.Complete("Invoke-LBChaosScenario slow-backend -Algorithm p"));
        Assert.Contains("slow-backend", _engine.Complete("Get-LBChaosScenario slo"));
        Assert.DoesNotContain("round-robin", _engine.Complete("Start-LBChaos p"));
    }

    private string Write(string name = "short.lb.yaml", string text = Text)
    {
        var file = Path.Combine(_engine.Folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private string ReadFile(params string[] path) => File.ReadAllText(Path.Combine([_engine.Folder, .. path]));
}
