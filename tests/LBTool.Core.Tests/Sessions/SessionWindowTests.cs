using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;

namespace LBTool.Core.Tests.Sessions;

/// <summary>A session of b1 … b3 that is watched from 10 s to 12 s; one request every 10 ms.</summary>
public class SessionWindowTests
{
    private static readonly Window Watched = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));

    private readonly List<RunEvent> _events = [];

    [Theory]
    [InlineData("state{backend=b1} == up", Verdict.Passed)]
    [InlineData("state{backend=b1} == unknown", Verdict.Failed)]
    [InlineData("state{backend=b3} == down", Verdict.Passed)]
    [InlineData("transitions == 0", Verdict.Passed)]
    public void A_state_of_before_goes_on(string expectation, Verdict expected)
    {
        Happens(1, 0, "up");
        Happens(1, 1, "up");
        Happens(1, 2, "up");
        Happens(5, 2, "down");

        Assert.Equal(expected, Judge(expectation));
    }

    // So long ago that its event is kept no more.
    [Fact]
    public void A_state_of_long_before_goes_on()
    {
        Happens(11, 0, "down");

        Assert.Equal(Verdict.Passed, Judge("transitions{backend=b1} == 1", states: BackendState.Up));
        Assert.Equal(Verdict.Passed, Judge("state{backend=b2} == up", states: BackendState.Up));
    }

    [Theory]
    [InlineData("panic == 100%", Verdict.Passed)]
    [InlineData("panic == 0", Verdict.Failed)]
    public void A_panic_of_before_goes_on(string expectation, Verdict expected)
    {
        _events.Add(new RunEvent(default, TimeSpan.FromSeconds(1), RunEventKind.PanicEnd, "panic", "an earlier one, whose start is forgotten"));
        _events.Add(new RunEvent(default, TimeSpan.FromSeconds(9), RunEventKind.PanicStart, "panic", "all are used"));

        Assert.Equal(expected, Judge(expectation));
    }

    [Fact]
    public void Events_are_those_of_the_backends_that_are_left()
    {
        Happens(1, 1, "up");
        Happens(1, 2, "up");
        Happens(11, 2, "down");

        Assert.Equal(Verdict.Passed, Judge("transitions{backend=b3} == 1", left: [1, 2]));
        Assert.Equal(Verdict.Passed, Judge("transitions{backend=b2} == 0", left: [1, 2]));
    }

    [Fact]
    public void Each_backend_is_measured_by_its_own_weight() =>
        Assert.Equal(Verdict.Passed, Judge("imbalance <= 1.01", weights: [1, 3, 1], turns: [0, 1, 1, 1, 2]));

    private void Happens(double at, int backend, string state) =>
        _events.Add(new RunEvent(default, TimeSpan.FromSeconds(at), RunEventKind.StateChange, state, state) { Backend = backend });

    private Verdict Judge(
        string expectation, int[]? left = null, double[]? weights = null, int[]? turns = null, BackendState? states = null)
    {
        var scenario = SessionScenario.Of(
            Protocol.Http, backends: 3, TimeSpan.FromMilliseconds(10), new AlgorithmChoice("round-robin", ImmutableSortedDictionary<string, double>.Empty), null).Scenario;
        scenario = scenario with { Target = scenario.Target with { Health = new HealthRules(new ActiveCheck(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500), 2, 3)) } };
        left ??= [0, 1, 2];
        turns ??= left;
        var leases = Enumerable.Range(0, 200).Select(i =>
        {
            var start = Watched.From + TimeSpan.FromMilliseconds(10 * i);
            return new LeaseRecord(0, turns[i % turns.Length], start, start + TimeSpan.FromMilliseconds(5), LeaseOutcome.Ok);
        });
        var window = new SessionWindow(
            scenario,
            null,
            left.ToImmutableSortedDictionary(
                index => index, index => scenario.Target.Backends[index] with { Weight = weights is null ? 1 : weights[index] }),
            states is { } known ? left.ToImmutableDictionary(index => index, _ => known) : ImmutableDictionary<int, BackendState>.Empty,
            Watched,
            new SessionRecords([], [.. leases], [], [], [.. _events.OrderBy(happening => happening.At)], 0));

        Assert.Empty(window.Check(expectation));
        return window.Judge(expectation).Verdict;
    }
}
