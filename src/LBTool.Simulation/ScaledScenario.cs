using System.Globalization;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>A scenario made larger without changing what each backend meets: K times the backends under K times the traffic.</summary>
public static class ScaledScenario
{
    private const int MostBackends = 1_000_000;

    /// <summary>Why a scenario cannot be made larger so; null when it can.</summary>
    /// <param name="scenario">What to enlarge.</param>
    /// <param name="factor">At least 1.</param>
    public static string? WhyNot(Scenario scenario, int factor)
    {
        var backends = scenario.Target.Backends;
        if (backends.Length * (long)factor > MostBackends)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{backends.Length} backends x {factor} are more than {MostBackends}; scale by {MostBackends / backends.Length} at most");
        }

        var names = backends.Select(backend => backend.Name).ToHashSet();
        return names.Where(name => IsCopy(name, names, factor)).Select(name =>
            $"the copies of {name[..name.LastIndexOf('-')]} would be called {name} too; give backend {name} another name").FirstOrDefault();
    }

    /// <summary>
    /// Multiplies backends, rate and virtual users. The first copies keep their names; the k-th copy of <c>b1</c> is
    /// <c>b1-k</c>. A fault that hits b1 hits all its copies, so that the same part of the pool is hit.
    /// </summary>
    /// <param name="scenario">What to enlarge.</param>
    /// <param name="factor">At least 1; 1 gives the scenario itself.</param>
    /// <exception cref="ArgumentException">It cannot be, see <see cref="WhyNot"/>.</exception>
    public static Scenario Create(Scenario scenario, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (factor == 1)
        {
            return scenario;
        }

        if (WhyNot(scenario, factor) is { } why)
        {
            throw new ArgumentException(why, nameof(factor));
        }

        var (target, load) = (scenario.Target, scenario.Load);
        return scenario with
        {
            Target = target with { Backends = [.. Enumerable.Range(1, factor).SelectMany(copy => target.Backends.Select(backend => Copy(backend, copy)))] },
            Load = load with { Rate = load.Rate * factor, Vus = load.Vus * factor },
            Faults = [.. scenario.Faults.Select(fault => fault with { Target = Enlarge(fault.Target, factor) })],
        };
    }

    private static bool IsCopy(string name, HashSet<string> names, int factor) =>
        name.LastIndexOf('-') is > 0 and var dash
        && names.Contains(name[..dash])
        && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var copy)
        && copy > 1 && copy <= factor && name == NameOf(name[..dash], copy);

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
