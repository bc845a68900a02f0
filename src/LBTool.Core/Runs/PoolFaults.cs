using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Runs;

/// <summary>What faults do to the members of a pool: take them out of it, drain them, or change their weight. The same in every world.</summary>
/// <param name="pool">As it is before any of them; members in the order of the scenario.</param>
/// <param name="board">Says who of them is used.</param>
/// <param name="drains">Drains its members.</param>
/// <param name="deadline">Of drains that say none.</param>
public sealed class PoolFaults(Pool pool, HealthBoard board, Drains drains, TimeSpan deadline)
{
    private ImmutableArray<Backend> _members = pool.Backends;

    // What acts on each member, in the order in which it began. Those that draw their backends may meet on one.
    private readonly Dictionary<Backend, List<(string Fault, ActionEffect Effect)>> _acting = [];

    // What each had before any fault gave it another one.
    private readonly Dictionary<Backend, double> _weights = [];

    /// <summary>Whether a fault is of this kind.</summary>
    public static bool Have(PlannedFault fault) =>
        fault.Effect is ActionEffect action && ActionTable.Of(action.Action).OnPool;

    /// <summary>Whether an effect drains the backends that it hits.</summary>
    public static bool Drains(FaultEffect effect) =>
        effect is ActionEffect { Action: BackendAction.Drain } or ActionEffect { Action: BackendAction.Remove, Deadline: not null };

    /// <summary>Another backend has joined; its index follows those before.</summary>
    public void Add(Backend member) => _members = _members.Add(member);

    /// <summary>Makes a fault act.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="now">Time of the run.</param>
    public void Begin(PlannedFault fault, TimeSpan now)
    {
        foreach (var member in fault.Backends.Select(index => _members[index]))
        {
            var effect = (ActionEffect)fault.Effect;
            ActingOn(member).Add((fault.Name, effect));
            if (effect.Weight is { } weight)
            {
                _weights.TryAdd(member, member.Weight);
                pool.SetWeight(member, weight, now);
            }

            if (Drains(effect))
            {
                drains.Begin(member, now, effect.Deadline ?? deadline);
            }

            if (Removes(effect))
            {
                pool.Remove(member, now);
            }
        }

        board.MembersChanged(now);
    }

    /// <summary>
    /// Takes a fault back, if it acts: weights are what they were, and who was taken out comes up again, each as soon as no
    /// other fault has a say in it.
    /// </summary>
    /// <param name="fault">The fault.</param>
    /// <param name="now">Time of the run.</param>
    public void End(PlannedFault fault, TimeSpan now)
    {
        foreach (var member in fault.Backends.Select(index => _members[index]))
        {
            var acting = ActingOn(member);
            if (acting.RemoveAll(other => other.Fault == fault.Name) == 0)
            {
                continue;
            }

            var effect = (ActionEffect)fault.Effect;
            if (effect.Weight is not null)
            {
                pool.SetWeight(member, WeightOf(member), now);
            }

            if (Removes(effect) && !acting.Exists(other => Removes(other.Effect)))
            {
                // It may have gone down meanwhile, or drain: the board says when it is used.
                pool.Add(member, now, isAvailable: false);
            }

            if (Drains(effect) && !acting.Exists(other => Drains(other.Effect)))
            {
                drains.End(member, now);
            }
        }

        board.MembersChanged(now);
    }

    private List<(string Fault, ActionEffect Effect)> ActingOn(Backend member) =>
        _acting.TryGetValue(member, out var acting) ? acting : _acting[member] = [];

    // Of the last one that began and still acts, or else what it had before.
    private double WeightOf(Backend member)
    {
        if (ActingOn(member).FindLast(other => other.Effect.Weight is not null) is { Effect.Weight: { } weight })
        {
            return weight;
        }

        _weights.Remove(member, out var before);
        return before;
    }

    private static bool Removes(ActionEffect effect) => effect.Action == BackendAction.Remove;
}
