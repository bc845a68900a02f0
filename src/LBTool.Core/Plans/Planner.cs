using System.Collections.Immutable;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Plans;

/// <summary>Makes a scenario definite: pure, so that equal scenarios and seeds give equal plans.</summary>
public static class Planner
{
    /// <summary>Resolves every fault's backends and times.</summary>
    /// <exception cref="ArgumentException">The scenario was not checked: a name or moment does not resolve.</exception>
    public static RunPlan Plan(Scenario scenario, ulong seed)
    {
        var moments = new MomentResolver(scenario, scenario.Load.Duration);
        var faults = scenario.Faults
            .Select(fault => Plan(fault, scenario, seed, moments))
            .OrderBy(fault => fault.Start);
        return new RunPlan(scenario, seed, [.. faults]);
    }

    private static PlannedFault Plan(Fault fault, Scenario scenario, ulong seed, MomentResolver moments)
    {
        var window = moments.WindowOf(fault.Name)
            ?? throw new ArgumentException($"fault {fault.Name}: its time does not resolve", nameof(fault));
        var random = RandomStream.Derive(seed, $"fault/{fault.Name}/backends");
        return new PlannedFault(
            fault.Name, window.From, window.Until, Choose(fault.Target, [.. scenario.Target.Backends.Select(backend => backend.Name)], random), fault.Effect);
    }

    /// <summary>Says which backends a fault hits.</summary>
    /// <param name="target">As it was written, and checked.</param>
    /// <param name="backends">Names of all that there are.</param>
    /// <param name="random">For those that are drawn.</param>
    /// <returns>Their places in <paramref name="backends"/>, ascending.</returns>
    /// <exception cref="ArgumentException">No backend has a name that is wanted.</exception>
    public static ImmutableArray<int> Choose(
        FaultTarget target, ImmutableArray<string> backends, RandomStream random) => target switch
        {
            NamedBackends named => [.. named.Names.Select(name => IndexOf(name, backends)).Order()],
            SomeBackends some => Draw(some.Count, backends.Length, random),
            ShareOfBackends share => Draw(share.CountOf(backends.Length), backends.Length, random),
            _ => throw new ArgumentException($"unknown kind of fault target: {target}", nameof(target)),
        };

    private static int IndexOf(string name, ImmutableArray<string> backends) =>
        backends.IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"no backend is named {name}", nameof(name));

    // A shuffle's first places: every set of that size is equally likely.
    private static ImmutableArray<int> Draw(int count, int of, RandomStream random)
    {
        var indices = Enumerable.Range(0, of).ToArray();
        for (var place = 0; place < count; place++)
        {
            var other = place + random.Next(of - place);
            (indices[place], indices[other]) = (indices[other], indices[place]);
        }

        return [.. indices.Take(count).Order()];
    }
}
