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

    // What acts, with the weight that each member had before.
    private readonly Dictionary<(string Fault, Backend Member), double> _acting = [];

    private readonly Dictionary<Backend, int> _draining = [];

    /// <summary>Whether a fault is of this kind.</summary>
    public static bool Have(PlannedFault fault) =>
        fault.Effect is ActionEffect action && ActionTable.Of(action.Action).OnPool;

    /// <summary>Another backend has joined; its index follows those before.</summary>
    public void Add(Backend member) => _members = _members.Add(member);

    /// <summary>Makes a fault act.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="now">Time of the run.</param>
    public void Begin(PlannedFault fault, TimeSpan now)
    {
        foreach (var member in fault.Backends.Select(index => _members[index]))
        {
            _acting[(fault.Name, member)] = member.Weight;
            var effect = (ActionEffect)fault.Effect;
            if (effect.Weight is { } weight)
            {
                pool.SetWeight(member, weight, now);
            }

            if (Drains(effect))
            {
                _draining[member] = _draining.GetValueOrDefault(member) + 1;
                drains.Begin(member, now, effect.Deadline ?? deadline);
            }

            if (effect.Action == BackendAction.Remove)
            {
                pool.Remove(member, now);
            }
        }

        board.MembersChanged(now);
    }

    /// <summary>Takes a fault back, if it acts: weights are what they were, and who was taken out comes up again.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="now">Time of the run.</param>
    public void End(PlannedFault fault, TimeSpan now)
    {
        foreach (var member in fault.Backends.Select(index => _members[index]))
        {
            if (!_acting.Remove((fault.Name, member), out var weight))
            {
                continue;
            }

            var effect = (ActionEffect)fault.Effect;
            if (effect.Weight is not null)
            {
                pool.SetWeight(member, weight, now);
            }

            if (effect.Action == BackendAction.Remove)
            {
                // It may have gone down meanwhile, or drain: the board says when it is used.
                pool.Add(member, now, isAvailable: false);
            }

            // A member that several faults drain is back when the last one has ended.
            if (Drains(effect) && --_draining[member] == 0)
            {
                drains.End(member, now);
            }
        }

        board.MembersChanged(now);
    }

    private static bool Drains(ActionEffect effect) =>
        effect.Action == BackendAction.Drain || effect is { Action: BackendAction.Remove, Deadline: not null };
}
