using System.Collections.Immutable;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Plans;

/// <summary>A scenario made definite: a seed, backends chosen, every time resolved.</summary>
/// <param name="Scenario">What was asked for.</param>
/// <param name="Seed">Root of all randomness of this run.</param>
/// <param name="Faults">Ordered by <see cref="PlannedFault.Start"/>, then as in the file.</param>
public sealed record RunPlan(Scenario Scenario, ulong Seed, ImmutableArray<PlannedFault> Faults)
{
    /// <summary>When the load ends.</summary>
    public TimeSpan Length => Scenario.Load.Duration;

    /// <summary>Names of the backends; records refer to them by index.</summary>
    public ImmutableArray<string> Backends => [.. Scenario.Target.Backends.Select(backend => backend.Name)];
}

/// <summary>A fault with its backends and times resolved.</summary>
/// <param name="Name">Its name in the scenario.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends; the end of the run at the latest.</param>
/// <param name="Backends">Indices of the backends that it hits, ascending.</param>
/// <param name="Effect">What it does.</param>
public sealed record PlannedFault(
    string Name, TimeSpan Start, TimeSpan End, ImmutableArray<int> Backends, FaultEffect Effect);
