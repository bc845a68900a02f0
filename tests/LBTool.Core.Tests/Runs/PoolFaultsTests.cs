using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Runs;

public class PoolFaultsTests
{
    private readonly Pool _pool = new([new Backend("b1", 0, 3), new Backend("b2", 1)], new RoundRobin());
    private HealthBoard? _board;

    [Fact]
    public void What_was_changed_is_what_it_was_again_in_whatever_order_faults_end()
    {
        var faults = Create();
        var (weight, away) = (Fault("canary", new(BackendAction.SetWeight, Weight: 0.5)), Fault("away", new(BackendAction.Remove)));

        faults.Begin(weight, TimeSpan.Zero);
        Assert.Equal(0.5, _pool.Backends[0].Weight);
        faults.Begin(away, TimeSpan.Zero);
        Assert.Equal(["b2"], _pool.Backends.Select(backend => backend.Name));
        faults.End(weight, TimeSpan.Zero);
        faults.End(away, TimeSpan.Zero);

        Assert.Equal([("b1", 3.0), ("b2", 1.0)], _pool.Backends.Select(backend => (backend.Name, backend.Weight)));
    }

    [Fact]
    public void Ending_what_has_ended_or_never_began_changes_nothing()
    {
        var faults = Create();
        var away = Fault("away", new(BackendAction.Remove));

        faults.End(away, TimeSpan.Zero);
        faults.Begin(away, TimeSpan.Zero);
        faults.End(away, TimeSpan.Zero);
        faults.End(away, TimeSpan.Zero);

        Assert.Equal(2, _pool.Backends.Length);
    }

    [Theory]
    [InlineData(BackendAction.Remove, true)]
    [InlineData(BackendAction.SetWeight, true)]
    [InlineData(BackendAction.Drain, true)]
    [InlineData(BackendAction.Kill, false)]
    public void Only_actions_on_the_pool_are_of_this_kind(BackendAction action, bool isKind) =>
        Assert.Equal(isKind, PoolFaults.Have(Fault("any", new(action))));

    [Fact]
    public void A_backend_that_two_faults_drain_is_back_when_the_last_has_ended()
    {
        var faults = Create();
        var (drain, leave) = (Fault("drain", new(BackendAction.Drain)), Fault("leave", new(BackendAction.Drain) { Deadline = TimeSpan.Zero }));
        faults.Begin(drain, TimeSpan.Zero);
        faults.Begin(leave, TimeSpan.Zero);

        faults.End(drain, TimeSpan.Zero);
        Assert.False(_pool.Backends[0].IsAvailable);
        faults.End(leave, TimeSpan.Zero);
        Assert.True(_pool.Backends[0].IsAvailable);
    }

    [Fact]
    public void A_backend_that_is_added_again_while_it_drains_stays_out()
    {
        var faults = Create();
        var (drain, away) = (Fault("drain", new(BackendAction.Drain)), Fault("away", new(BackendAction.Remove)));
        faults.Begin(drain, TimeSpan.Zero);
        faults.Begin(away, TimeSpan.Zero);

        faults.End(away, TimeSpan.Zero);
        Assert.False(_pool.Backends[0].IsAvailable);
        faults.End(drain, TimeSpan.Zero);
        Assert.True(_pool.Backends[0].IsAvailable);
    }

    [Theory]
    [InlineData("first", 5.0)]
    [InlineData("second", 0.1)]
    public void Of_two_weights_the_later_one_counts_and_at_last_there_is_that_of_before(string endsFirst, double then)
    {
        var faults = Create();
        PlannedFault[] both = [Fault("first", new(BackendAction.SetWeight, Weight: 0.1)), Fault("second", new(BackendAction.SetWeight, Weight: 5))];
        faults.Begin(both[0], TimeSpan.Zero);
        faults.Begin(both[1], TimeSpan.Zero);
        Assert.Equal(5, _pool.Backends[0].Weight);

        faults.End(both.First(fault => fault.Name == endsFirst), TimeSpan.Zero);
        Assert.Equal(then, _pool.Backends[0].Weight);
        faults.End(both.First(fault => fault.Name != endsFirst), TimeSpan.Zero);
        Assert.Equal(3, _pool.Backends[0].Weight);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public void A_backend_that_two_faults_remove_is_back_when_the_last_has_ended(string endsFirst)
    {
        var faults = Create();
        PlannedFault[] both = [Fault("first", new(BackendAction.Remove)), Fault("second", new(BackendAction.Remove) { Deadline = TimeSpan.Zero })];
        faults.Begin(both[0], TimeSpan.Zero);
        faults.Begin(both[1], TimeSpan.Zero);

        faults.End(both.First(fault => fault.Name == endsFirst), TimeSpan.Zero);
        Assert.Equal(["b2"], _pool.Backends.Select(backend => backend.Name));
        faults.End(both.First(fault => fault.Name != endsFirst), TimeSpan.Zero);
        Assert.Equal(["b1", "b2"], _pool.Backends.Select(backend => backend.Name));
        Assert.True(_pool.Backends[0].IsAvailable);
    }

    // It was killed while it was away, and its probes have seen that.
    [Fact]
    public void A_backend_that_is_added_again_while_it_is_down_stays_out()
    {
        var faults = Create(new HealthRules(new ActiveCheck(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 1)));
        var (away, b1) = (Fault("away", new(BackendAction.Remove)), _pool.Backends[0]);
        faults.Begin(away, TimeSpan.Zero);
        _board!.ObserveProbe(b1, new ProbeResult(false, "refused"), TimeSpan.Zero, TimeSpan.Zero);
        var wasIn = false;
        _pool.Freed = _ => wasIn |= b1.IsAvailable;

        faults.End(away, TimeSpan.Zero);
        Assert.False(wasIn, "who waits must not find it for a moment");
        Assert.Equal(2, _pool.Backends.Length);
        _board.ObserveProbe(b1, new ProbeResult(true, "status 200"), TimeSpan.Zero, TimeSpan.Zero);
        Assert.True(b1.IsAvailable);
    }

    // Learning rules take the time of a lease for what it says: one that starts at 0 has lasted for the whole run.
    [Fact]
    public void Who_waits_is_served_at_the_time_of_the_change()
    {
        var faults = Create();
        var told = new List<TimeSpan>();
        _pool.Freed = told.Add;
        foreach (var effect in new[] { new ActionEffect(BackendAction.SetWeight, Weight: 0.5), new ActionEffect(BackendAction.Remove) })
        {
            faults.Begin(Fault("it", effect), TimeSpan.FromSeconds(3));
            faults.End(Fault("it", effect), TimeSpan.FromSeconds(3));
        }

        Assert.Equal([TimeSpan.FromSeconds(3)], told.Distinct());
    }

    private PoolFaults Create(HealthRules? rules = null)
    {
        _board = new HealthBoard(_pool, rules ?? HealthRules.None, new EventBook(), () => TimeSpan.FromSeconds(3));
        return new PoolFaults(_pool, _board, new Drains(_pool, _board, new EventBook(), _ => { }), TimeSpan.FromSeconds(30));
    }

    private static PlannedFault Fault(string name, ActionEffect effect) =>
        new(name, TimeSpan.Zero, TimeSpan.FromSeconds(1), [0], effect);
}
