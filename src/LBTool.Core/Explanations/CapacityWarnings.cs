using LBTool.Core.Draining;
using LBTool.Core.Expectations;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>More work than there is room or time for: drains that cut requests, and retries that fill the backends.</summary>
internal static class CapacityWarnings
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Warning> Of(Facts facts) => [.. Drains(facts), .. Utilisation(facts)];

    private static IEnumerable<Warning> Drains(Facts facts)
    {
        var target = facts.Scenario.Target;
        return [
            .. target.Drain is { } drain ? Cut("target.drain.deadline", drain.Deadline, target.Backends) : [],
            .. facts.Plan.Faults.SelectMany(fault => Cut(
                $"fault {fault.Name}, deadline", OwnDeadline(fault, target), facts.KnowsBackendsOf(fault) ? fault.Backends.Select(index => target.Backends[index]) : target.Backends)),
        ];
    }

    // Null when it never cuts, or when the target's deadline holds, of which the target's own key says it.
    private static TimeSpan? OwnDeadline(PlannedFault fault, Target target) => fault.Effect is not ActionEffect action ? null
        : action.Deadline ?? (action.Action == BackendAction.Drain && target.Drain is null ? DrainSpec.Default.Deadline : null);

    private static IEnumerable<Warning> Cut(string key, TimeSpan? deadline, IEnumerable<BackendSpec> backends)
    {
        var (backend, longest) = backends.Select(backend => (backend, ServiceTimes.Longest(backend))).MaxBy(row => row.Item2.Time);
        if (deadline < longest.Time)
        {
            yield return new(key,
                $"a deadline of {Durations.Format(deadline.Value)} is shorter than {longest.What} of {backend.Name}, {Durations.Format(longest.Time)}: requests in flight will be cut",
                $"make the deadline longer than {Durations.Format(longest.Time)}, or expect resets");
        }
    }

    private static IEnumerable<Warning> Utilisation(Facts facts)
    {
        if (UtilisationOf(facts) is not { } used)
        {
            yield break;
        }

        var words = $"rate x mean latency / (backends x concurrency) is {Units.Number(used)}";
        if (used > 1)
        {
            yield return new("load.rate", $"{words}: queues grow as long as the load lasts", "lower the rate, or raise backends or concurrency");
        }
        else if (facts.Scenario.Target.Retries is { } retries)
        {
            var tries = retries.Budget.Share is { } share ? Math.Min(1 + share, retries.Attempts) : retries.Attempts;
            if (tries * used > 1)
            {
                yield return new("target.retries.budget",
                    $"{words}, and with retries up to {Units.Number(tries)} times as much, {Units.Number(tries * used)}: retries alone can keep the backends full",
                    $"keep the budget below {Units.Number(Math.Floor(100 * ((1 / used) - 1)))}%, or raise backends or concurrency");
            }
        }
    }

    // Null when something in it is not known: no rate, a backend without a limit, a cache.
    private static double? UtilisationOf(Facts facts)
    {
        var backends = facts.Scenario.Target.Backends;
        var places = backends.Sum(backend => (double?)backend.Concurrency ?? double.NaN);
        var mean = backends.Select((backend, index) => facts.ShareOf(index) * (ServiceTimes.Mean(backend) ?? double.NaN)).Sum();
        return facts.Rate * mean / places is { } used && double.IsFinite(used) ? used : null;
    }
}
