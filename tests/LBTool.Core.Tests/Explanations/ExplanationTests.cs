using LBTool.Core.Explanations;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Explanations;

public class ExplanationTests
{
    private const string FallRise = "health: { active: { path: /healthz, interval: 500ms, timeout: 200ms, fall: 3, rise: 2 } }";
    private const string Sick = "{ name: sick, at: 3s, for: 6s, target: b3, action: fail-health }";

    [Fact]
    public void Detection_readmission_and_the_loss_until_then_are_computed()
    {
        var figures = Explain(FallRise, Sick).Figures;

        // (3 - 1) x 500 ms, and 3 x 500 ms + 200 ms; (2 - 1) x 500 ms, and 2 x 500 ms; 200/s x 1/3 x 1.7 s = 113.3.
        Assert.Equal(
            [("detection by probes", "1s .. 1.7s"), ("readmission by probes", "500ms .. 1s"), ("loss budget of sick", "at most 114 requests")],
            figures.Select(figure => (figure.Name, figure.Value)));
    }

    [Fact]
    public void Jitter_widens_both()
    {
        var figures = Explain(FallRise.Replace("fall:", "jitter: 100ms, fall:", StringComparison.Ordinal), Sick).Figures;

        Assert.Equal(["900ms .. 1.8s", "400ms .. 1.1s", "at most 120 requests"], figures.Select(figure => figure.Value));
    }

    [Fact]
    public void Probes_that_hang_beyond_the_next_time_miss_it()
    {
        // At worst: 500 ms to the first probe, two more each a second after the one before, and 1 s until the last one is given up.
        var figures = Explain(FallRise.Replace("200ms", "1s", StringComparison.Ordinal), Sick).Figures;

        Assert.Equal("1s .. 3.5s", figures[0].Value);
    }

    [Fact]
    public void A_fault_that_ends_first_bounds_the_loss() =>
        Assert.Contains(Explain(FallRise, Sick.Replace("6s", "300ms", StringComparison.Ordinal)).Figures, figure => figure.Value == "at most 20 requests");

    [Theory]
    [InlineData("toxic: { type: timeout, timeout: 0 }")]
    [InlineData("toxic: { type: latency, latency: 300 }")]
    [InlineData("http: { hang: true, path: /healthz }")]
    [InlineData("action: kill")]
    public void Whatever_makes_every_probe_fail_is_found_out_by_them(string effect) =>
        Assert.Contains(Explain(FallRise, Sick.Replace("action: fail-health", effect, StringComparison.Ordinal)).Figures, figure => figure.Value == "at most 114 requests");

    [Theory]
    [InlineData(FallRise, "action: fail-app", "at most 400 requests")]
    [InlineData(FallRise, "http: { status: 503, percent: 50% }", "at most 200 requests")]
    [InlineData("timeout: 1s", "action: kill", "at most 400 requests")]
    public void What_no_probe_sees_costs_requests_to_its_end(string target, string effect, string budget) =>
        Assert.Equal(budget, Assert.Single(
            Explain(target, Sick.Replace("action: fail-health", effect, StringComparison.Ordinal)).Figures, figure => figure.Name == "loss budget of sick").Value);

    [Theory]
    [InlineData("b3", "5 requests until ejected")]
    [InlineData("all", "10 requests until ejected")]
    public void Failures_in_a_row_are_what_an_ejection_costs(string target, string budget)
    {
        // Of three backends at most two may be ejected.
        var figures = Explain(
            "health: { passive: { consecutive: 5, max_ejected: 70% } }",
            Sick.Replace("action: fail-health", "action: fail-app", StringComparison.Ordinal).Replace("target: b3", $"target: {target}", StringComparison.Ordinal)).Figures;

        Assert.Equal(budget, Assert.Single(figures, figure => figure.Name == "loss budget of sick").Value);
    }

    [Theory]
    [InlineData("toxic: { type: latency, latency: 100 }")]
    [InlineData("http: { delay: 50ms }")]
    public void What_only_slows_down_costs_none(string effect) =>
        Assert.DoesNotContain(Explain(FallRise, Sick.Replace("action: fail-health", effect, StringComparison.Ordinal)).Figures, figure => figure.Name.StartsWith("loss", StringComparison.Ordinal));

    [Fact]
    public void Weights_decide_the_share_of_the_loss_where_the_algorithm_heeds_them()
    {
        const string Weighted = FallRise + "\n  backends: [{ name: b1, weight: 1 }, { name: b2, weight: 1 }, { name: b3, weight: 2 }]";

        // 200/s x 1.7 s is 340: half of them, or a third.
        Assert.Contains(Explain(Weighted, Sick, algorithm: "wrr").Figures, figure => figure.Value == "at most 170 requests");
        Assert.Contains(Explain(Weighted, Sick).Figures, figure => figure.Value == "at most 114 requests");
    }

    [Fact]
    public void Ejection_by_requests_takes_a_backends_share_of_time()
    {
        var figures = Explain("health: { passive: { consecutive: 5, ejection: 10s, max_ejection: 1m } }").Figures;

        // 5 / (200/s / 3).
        Assert.Equal(["5 failures in a row: 75ms", "10s, 20s, 30s, … 60s at most"], figures.Select(figure => figure.Value));
    }

    [Fact]
    public void Without_checks_there_are_no_figures_and_without_contradictions_no_warnings()
    {
        var explanation = Explain("timeout: 10s", Sick, "p99 < 60ms");

        Assert.Empty(explanation.Figures);
        Assert.Empty(explanation.Warnings);
    }

    [Fact]
    public void The_timeline_is_in_order_of_time()
    {
        var timeline = Explain(FallRise, Sick, "state{backend=b3} == down within 1s .. 1.7s of sick.start").Timeline;

        Assert.Equal(
            [
                "0s load begins: 200 requests/s, uniform",
                "3s sick begins: fail-health on b3",
                "4s expected until 4.7s: state{backend=b3} == down within 1s .. 1.7s of sick.start",
                "9s sick ends",
                "15s load ends",
            ],
            timeline.Select(entry => $"{Durations.Format(entry.At)} {entry.Text}"));
    }

    [Fact]
    public void Backends_that_no_seed_has_drawn_yet_are_not_named()
    {
        var explanation = Explain(FallRise, Sick.Replace("target: b3", "target: one", StringComparison.Ordinal), seed: null);

        Assert.Contains(explanation.Timeline, entry => entry.Text == "sick begins: fail-health on 1 drawn with the seed");
        Assert.Contains(explanation.Figures, figure => figure.Value == "at most 114 requests");
    }

    [Fact]
    public void Every_built_in_scenario_can_be_explained() => Assert.All(BuiltInScenarios.All, scenario =>
        Assert.NotEmpty(Explanation.Of(ScenarioReader.Read(scenario.Text, scenario.Name).Scenario!).Timeline));

    /// <summary>Explains three backends under 200 requests a second for 15 s.</summary>
    /// <param name="target">More keys of the target.</param>
    /// <param name="fault">A fault, or nothing.</param>
    /// <param name="expect">An expectation, or nothing.</param>
    /// <param name="algorithm">Name of the algorithm.</param>
    /// <param name="seed">The scenario's seed.</param>
    /// <param name="rate">Of the load.</param>
    /// <param name="load">More keys of the load, or nothing.</param>
    internal static Explanation Explain(string target, string fault = "", string expect = "", string algorithm = "rr", ulong? seed = 1, string rate = "200/s", string load = "")
    {
        var backends = target.Contains("backends:", StringComparison.Ordinal) ? "" : "backends: { count: 3, latency: 5ms }";
        var reading = ScenarioReader.Read($$"""
            version: 1
            name: explained
            {{(seed is null ? "" : $"seed: {seed}")}}
            target:
              algorithm: {{algorithm}}
              {{backends}}
              {{target}}
            load: { rate: {{rate}}, duration: 15s{{(load.Length == 0 ? "" : ", " + load)}} }
            faults: [{{fault}}]
            expect: {{(expect.Length == 0 ? "[]" : $"['{expect}']")}}
            """, "explained.lb.yaml");
        Assert.Empty(reading.Problems);
        return Explanation.Of(reading.Scenario!);
    }
}
