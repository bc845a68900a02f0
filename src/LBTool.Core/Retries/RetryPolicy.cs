namespace LBTool.Core.Retries;

/// <summary>When a request that failed on one backend is tried on another, as a scenario says it.</summary>
/// <param name="Attempts">Tries of one request at most, the first included; at least 1.</param>
/// <param name="On">After which ends of a try.</param>
/// <param name="Budget">How many retries the traffic allows.</param>
public sealed record RetryPolicy(int Attempts, RetryConditions On, RetryBudgetSpec Budget)
{
    /// <summary>How long a try may take until the head of its answer is there; null: as long as the balancer waits at all.</summary>
    public TimeSpan? PerTryTimeout { get; init; }

    /// <summary>Only requests that may be carried out twice are sent twice, see <see cref="Idempotence"/>.</summary>
    public bool IdempotentOnly { get; init; } = true;

    /// <summary>
    /// A request with a body of at most so many bytes is kept, and may be sent again; 0: a request whose body was sent
    /// never is.
    /// </summary>
    public int MaxBody { get; init; }

    /// <summary>
    /// Whether a try that ended so may be followed by another, before the budget is asked. A connection that failed has
    /// carried nothing, so that neither method nor body matter then.
    /// </summary>
    public bool Allows(in EndedTry ended) =>
        ended.Number < Attempts
        && On.Cover(ended.Outcome, ended.Status)
        && (ended.Outcome == Balancing.LeaseOutcome.ConnectFailed
            || ((ended.IsIdempotent || !IdempotentOnly) && ended.BodyBytes <= MaxBody));
}

/// <summary>How a try of a request ended, as far as another one depends on it.</summary>
/// <param name="Number">Which try of the request it was, from 1.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The answer's status; 0 when no head came.</param>
/// <param name="IsIdempotent">Whether the request may be carried out twice, see <see cref="Idempotence"/>.</param>
/// <param name="BodyBytes">Length of the request's body; <see cref="long.MaxValue"/> when nobody knows it.</param>
public readonly record struct EndedTry(int Number, Balancing.LeaseOutcome Outcome, int Status, bool IsIdempotent, long BodyBytes);
