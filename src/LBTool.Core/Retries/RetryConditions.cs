using System.Collections.Immutable;
using System.Globalization;
using LBTool.Core.Balancing;

namespace LBTool.Core.Retries;

/// <summary>After which ends of a try a request is tried again.</summary>
/// <param name="Outcomes">Failures without a whole answer.</param>
/// <param name="Statuses">Statuses of whole answers.</param>
public sealed record RetryConditions(ImmutableHashSet<LeaseOutcome> Outcomes, ImmutableHashSet<int> Statuses)
{
    /// <summary>What a condition may be, for messages.</summary>
    public static string Forms => string.Join(", ", Names) + ", or a status from 400 to 599 such as 503";

    /// <summary>The conditions that have a name; statuses stand for themselves.</summary>
    public static ImmutableArray<string> Names { get; } = ["connect-failed", "reset", "timeout", "5xx"];

    /// <summary>Whether a try that ended so is tried again.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="status">The status of its answer, when it was a whole one.</param>
    public bool Cover(LeaseOutcome outcome, int status) =>
        outcome is LeaseOutcome.Ok or LeaseOutcome.ServerError ? Statuses.Contains(status) : Outcomes.Contains(outcome);

    /// <summary>All of these together; null when one is none.</summary>
    public static RetryConditions? Parse(IEnumerable<string> conditions)
    {
        var (outcomes, statuses) = (ImmutableHashSet<LeaseOutcome>.Empty, ImmutableHashSet<int>.Empty);
        foreach (var condition in conditions)
        {
            switch (condition)
            {
                case "connect-failed":
                    outcomes = outcomes.Add(LeaseOutcome.ConnectFailed);
                    break;
                case "reset":
                    outcomes = outcomes.Union([LeaseOutcome.Broken, LeaseOutcome.Cut]);
                    break;
                case "timeout":
                    outcomes = outcomes.Add(LeaseOutcome.Timeout);
                    break;
                case "5xx":
                    statuses = statuses.Union(Enumerable.Range(500, 100));
                    break;
                case var _ when TryStatus(condition, out var status):
                    statuses = statuses.Add(status);
                    break;
                default:
                    return null;
            }
        }

        return new RetryConditions(outcomes, statuses);
    }

    private static bool TryStatus(string text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 400 and <= 599;
}
