using System.Text;
using System.Text.Json;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;

namespace LBTool.Core.Tests.Sessions;

public class JournalTests
{
    private static readonly SessionScenario Start = SessionScenario.Read(
        """
        version: 1
        name: "with ${what}"
        vars: { what: variables }
        target:
          algorithm: { name: power-of-two-choices, choices: 3 }
          backends: [ { name: b1, latency: 5ms }, { name: b2, weight: 2 } ]
        load: { rate: 1/s, duration: 1s }
        """, "start").Scenario!;

    private readonly Journal _journal = new("s1", Start, seed: 7);

    [Fact]
    public void What_was_never_touched_is_a_scenario_too()
    {
        var scenario = Read(TimeSpan.FromSeconds(5), out var text);

        Assert.Contains("# No load was driven", text);
        Assert.Equal((100, TimeSpan.FromSeconds(5)), (scenario.Load.Rate, scenario.Load.Duration));
        Assert.Equal(3, scenario.Target.Algorithm.Parameters["choices"]);
        Assert.Equal([1, 2], scenario.Target.Backends.Select(backend => backend.Weight));
    }

    [Fact]
    public void Times_count_from_the_first_load()
    {
        _journal.BeginLoad(Json("""{"rate":"50/s"}"""), At(10));
        Begin("""{"name":"slow","target":"b1","toxic":{"type":"latency","latency":"200ms"}}""", At(12.345));
        _journal.End("slow", At(15));
        _journal.EndLoad(At(20));

        var scenario = Read(At(60), out _);

        Assert.Equal((50, At(10)), (scenario.Load.Rate, scenario.Load.Duration));
        var fault = Assert.Single(scenario.Faults);
        Assert.Equal((At(2.34), At(2.66)), (fault.At.Offset, fault.For!.Value));
        Assert.Equal("latency", Assert.IsType<ToxicEffect>(fault.Effect).Type);
    }

    [Fact]
    public void What_ended_before_the_first_load_is_left_out_and_what_acted_already_acts_from_the_start()
    {
        Begin("""{"name":"over","target":"b1","action":"pause"}""", At(1));
        _journal.End("over", At(2));
        Begin("""{"name":"acting","target":"b2","action":"pause"}""", At(3));
        _journal.BeginLoad(Json("""{"rate":"50/s"}"""), At(10));

        var fault = Assert.Single(Read(At(20), out _).Faults);

        Assert.Equal(("acting", TimeSpan.Zero, null), (fault.Name, fault.At.Offset, fault.For));
    }

    [Fact]
    public void The_same_name_and_the_same_action_again_stay_apart()
    {
        for (var again = 0; again < 3; again++)
        {
            Begin("""{"name":"dead","target":"b1","action":"kill"}""", At(1));
            _journal.End("dead", At(1));
        }

        Assert.Equal(["dead", "dead-2", "dead-3"], Read(At(5), out _).Faults.Select(fault => fault.Name));
    }

    [Fact]
    public void Drains_with_other_deadlines_stay_apart_too()
    {
        foreach (var deadline in new[] { "1s", "2s", "3s" })
        {
            Begin($$"""{"name":"drain-b1","target":"b1","action":"drain","deadline":"{{deadline}}"}""", At(1));
            _journal.End("drain-b1", At(1));
        }

        Assert.Equal([1, 2, 3], Read(At(5), out _).Faults.Select(fault => ((ActionEffect)fault.Effect).Deadline!.Value.TotalSeconds));
    }

    [Fact]
    public void Weights_and_removals_are_actions()
    {
        _journal.SetWeight("b1", 0.5, At(1));
        _journal.SetWeight("b1", 4, At(2));
        _journal.Leave("b2", At(3));

        var faults = Read(At(5), out _).Faults;

        Assert.Equal(
            [("weight-b1", 0.5), ("weight-b1-2", 4.0), ("remove-b2", null)],
            faults.Select(fault => (fault.Name, ((ActionEffect)fault.Effect).Weight)));
        Assert.Equal(At(1), faults[0].For);
    }

    [Fact]
    public void A_weight_that_a_fault_changed_for_a_while_ends_there()
    {
        _journal.SetWeight("b1", 0.5, At(1));
        Begin("""{"name":"canary","target":"b1","action":"set-weight","weight":5}""", At(2));
        _journal.End("canary", At(3));
        _journal.Disable("b2", At(1));
        Begin("""{"name":"away","target":"b2","action":"remove","deadline":"1s"}""", At(1));

        Assert.Equal(
            [("weight-b1", 1.0), ("canary", 1.0), ("disable-b2", 0.01), ("away", null)],
            Read(At(5), out _).Faults.Select(fault => (fault.Name, fault.For?.TotalSeconds)));
    }

    [Fact]
    public void Expectations_get_the_window_that_they_judged()
    {
        _journal.Expect("p99 < 60ms", At(1), At(3));
        _journal.Expect("achieved_rate >= 98%", At(1), At(3));
        _journal.BeginLoad(Json("""{"rate":"50/s"}"""), At(0));

        Assert.Equal(["p99 < 60ms during 1s .. 3s", "achieved_rate >= 98%"], Read(At(5), out _).Expect.Select(written => written.Text));
    }

    [Fact]
    public void What_no_scenario_can_say_is_a_comment_on_one_line()
    {
        _journal.Note(At(1), "two\nlines");

        Read(At(5), out var text);

        Assert.Contains("\n# 1s: two lines\n", text);
    }

    [Fact]
    public void Backends_all_alike_are_the_same_made_or_read()
    {
        var choice = SessionScenario.Read("""
            version: 1
            name: session
            target: { algorithm: p2c, backends: { count: 3, latency: 20ms } }
            load: { executor: constant-vus, vus: 1, duration: 1h }
            """, "text").Scenario!;

        var made = SessionScenario.Of(Protocol.Http, 3, TimeSpan.FromMilliseconds(20), choice.Scenario.Target.Algorithm, toxiproxy: null);

        Assert.Equal(choice.Scenario.Target with { Backends = [] }, made.Scenario.Target with { Backends = [] });
        Assert.Equal(choice.Scenario.Target.Backends.AsEnumerable(), made.Scenario.Target.Backends.AsEnumerable());
        Assert.Equal(choice.Backends.Select(backend => $"{backend}"), made.Backends.Select(backend => $"{backend}"));
    }

    private Scenario Read(TimeSpan now, out string text)
    {
        text = _journal.Write(now);
        var reading = ScenarioReader.Read(text, "journal");
        Assert.True(reading.Problems.IsEmpty, string.Join('\n', reading.Problems) + "\n" + text);
        return reading.Scenario!;
    }

    private void Begin(string body, TimeSpan at)
    {
        var reading = Bodies.Fault.Read(Encoding.UTF8.GetBytes(body));
        Assert.Empty(reading.Problems);
        var fault = reading.Value!.Fault;
        _journal.Begin(fault, reading.Written, ((NamedBackends)fault.Target).Names, at);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
