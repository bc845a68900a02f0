using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>What is written down and does nothing: faults that hit nobody, keys and cookies that no request brings.</summary>
internal static class EffectWarnings
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Warning> Of(Facts facts) =>
    [
        .. facts.Plan.Faults.Select(Idle).OfType<Warning>(),
        .. Key(facts.Scenario),
        .. Sticky(facts.Scenario),
    ];

    private static Warning? Idle(PlannedFault fault) => fault.Effect switch
    {
        HttpEffect { Percent: 0 } => new($"fault {fault.Name}, percent", "0% of the requests get it: it does nothing", "give it a percentage above 0"),
        ToxicEffect { Toxicity: 0 } => new($"fault {fault.Name}, toxicity", "0% of the connections are hit: it does nothing", "give it a percentage above 0"),
        ToxicEffect { Type: "latency", Attributes: var attributes } when attributes.Values.All(value => value == 0) =>
            new($"fault {fault.Name}, latency", "a latency of 0 without jitter delays nothing", "say how long in latency, e.g. latency: 200ms"),
        _ => null,
    };

    private static IEnumerable<Warning> Key(Scenario scenario)
    {
        var algorithm = scenario.Target.Algorithm;
        if (Balancers.Find(algorithm.Name)!.UsesKey && !IsSent(algorithm.Key, scenario.Load))
        {
            yield return new("target.algorithm.key",
                $"no request of the load has {algorithm.Key}: each goes where a random key would", SayIt(algorithm.Key));
        }
    }

    private static IEnumerable<Warning> Sticky(Scenario scenario)
    {
        if (scenario.Target.Sticky is not { By: var by })
        {
            yield break;
        }

        if (by.Part == KeyPart.Cookie && scenario.Load.Sessions == 0)
        {
            yield return new("target.sticky", "no client of the load keeps cookies: no session ever sticks", "set load.sessions, e.g. sessions: 10");
        }
        else if (by.Part != KeyPart.Cookie && !IsSent(by, scenario.Load))
        {
            yield return new("target.sticky", $"no request of the load has {by}: no session ever sticks", SayIt(by));
        }
    }

    // Whoever keeps cookies may have been given that one.
    private static bool IsSent(KeySource source, Load load) => source.Part switch
    {
        KeyPart.Client or KeyPart.Path => true,
        KeyPart.Cookie when load.Sessions > 0 => true,
        KeyPart.Header => load.Keys?.Also is { Part: KeyPart.Header } sent && string.Equals(sent.Name, source.Name, StringComparison.OrdinalIgnoreCase),
        _ => load.Keys?.Also == source,
    };

    private static string SayIt(KeySource source) => $"let the load say it, e.g. load.keys: {{ count: 100, also: \"{source}\" }}";
}
