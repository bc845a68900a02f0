using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Runs;

public class PoolFaultsTests
{
    private readonly Pool _pool = new([new Backend("b1", 0, 3), new Backend("b2", 1)], new RoundRobin());

    [Fact]
    public void What_was_changed_is_what_it_was_again_in_whatever_order_faults_end()
    {
        var faults = new PoolFaults(_pool);
        var (weight, away) = (Fault("canary", new(BackendAction.SetWeight, Weight: 0.5)), Fault("away", new(BackendAction.Remove)));

        faults.Begin(weight);
        Assert.Equal(0.5, _pool.Backends[0].Weight);
        faults.Begin(away);
        Assert.Equal(["b2"], _pool.Backends.Select(backend => backend.Name));
        faults.End(weight, TimeSpan.Zero);
        faults.End(away, TimeSpan.Zero);

        Assert.Equal([("b1", 3.0), ("b2", 1.0)], _pool.Backends.Select(backend => (backend.Name, backend.Weight)));
    }

    [Fact]
    public void Ending_what_has_ended_or_never_began_changes_nothing()
    {
        var faults = new PoolFaults(_pool);
        var away = Fault("away", new(BackendAction.Remove));

        faults.End(away, TimeSpan.Zero);
        faults.Begin(away);
        faults.End(away, TimeSpan.Zero);
        faults.End(away, TimeSpan.Zero);

        Assert.Equal(2, _pool.Backends.Length);
    }

    [Theory]
    [InlineData(BackendAction.Remove, true)]
    [InlineData(BackendAction.SetWeight, true)]
    [InlineData(BackendAction.Kill, false)]
    public void Only_actions_on_the_pool_are_of_this_kind(BackendAction action, bool isKind) =>
        Assert.Equal(isKind, PoolFaults.Have(Fault("any", new(action))));

    private static PlannedFault Fault(string name, ActionEffect effect) =>
        new(name, TimeSpan.Zero, TimeSpan.FromSeconds(1), [0], effect);
}
