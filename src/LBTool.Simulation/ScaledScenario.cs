using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>A scenario made larger without changing what each backend meets: K times the backends under K times the traffic.</summary>
public static class ScaledScenario
{
    /// <summary>
    /// Multiplies backends, rate and virtual users. The first copies keep their names; the k-th copy of <c>b1</c> is
    /// <c>b1-k</c>. A fault that hits b1 hits all its copies, so that the same part of the pool is hit.
    /// </summary>
    /// <param name="scenario">What to enlarge.</param>
    /// <param name="factor">At least 1; 1 gives the scenario itself.</param>
    public static Scenario Create(Scenario scenario, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (factor == 1)
        {
            return scenario;
        }

        var (target, load) = (scenario.Target, scenario.Load);
        return scenario with
        {
            Target = target with { Backends = [.. Enumerable.Range(1, factor).SelectMany(copy => target.Backends.Select(backend => Copy(backend, copy)))] },
            Load = load with { Rate = load.Rate * factor, Vus = load.Vus * factor },
            Faults = [.. scenario.Faults.Select(fault => fault with { Target = Enlarge(fault.Target, factor) })],
        };
    }

    private static BackendSpec Copy(BackendSpec backend, int copy) =>
        copy == 1 ? backend : backend with { Name = NameOf(backend.Name, copy), CopyOf = backend.Name };

    private static string NameOf(string name, int copy) => copy == 1 ? name : $"{name}-{copy}";

    private static FaultTarget Enlarge(FaultTarget target, int factor) => target switch
    {
        NamedBackends named => new NamedBackends([.. Enumerable.Range(1, factor).SelectMany(copy => named.Names.Select(name => NameOf(name, copy)))]),
        SomeBackends some => new SomeBackends(some.Count * factor),
        _ => target,
    };
}
