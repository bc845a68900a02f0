using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Runs;

/// <summary>What faults do to the members of a pool: take them out of it, or change their weight. The same in every world.</summary>
/// <param name="pool">As it is before any of them; members in the order of the scenario.</param>
public sealed class PoolFaults(Pool pool)
{
    private ImmutableArray<Backend> _members = pool.Backends;

    // What acts, with the weight that each member had before.
    private readonly Dictionary<(string Fault, Backend Member), double> _acting = [];

    /// <summary>Whether a fault is of this kind.</summary>
    public static bool Have(PlannedFault fault) =>
        fault.Effect is ActionEffect action && ActionTable.Of(action.Action).OnPool;

    /// <summary>Another backend has joined; its index follows those before.</summary>
    public void Add(Backend member) => _members = _members.Add(member);

    /// <summary>Makes a fault act.</summary>
    public void Begin(PlannedFault fault)
    {
        foreach (var member in fault.Backends.Select(index => _members[index]))
        {
            _acting[(fault.Name, member)] = member.Weight;
            if (fault.Effect is ActionEffect { Weight: { } weight })
            {
                pool.SetWeight(member, weight);
            }
            else
            {
                pool.Remove(member);
            }
        }
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

            if (fault.Effect is ActionEffect { Weight: not null })
            {
                pool.SetWeight(member, weight);
            }
            else
            {
                pool.Add(member, now);
            }
        }
    }
}
