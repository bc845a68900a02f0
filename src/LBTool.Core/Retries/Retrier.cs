namespace LBTool.Core.Retries;

/// <summary>Decides for one balancer which requests are tried again: its policy, with its budget.</summary>
/// <param name="policy">As the scenario says it.</param>
public sealed class Retrier(RetryPolicy policy)
{
    private readonly RetryBudget _budget = new(policy.Budget);

    /// <summary>As the scenario says it.</summary>
    public RetryPolicy Policy => policy;

    /// <summary>Counts a client's request; call it once for each, whatever becomes of it.</summary>
    /// <param name="now">Time of the run.</param>
    public void Count(TimeSpan now) => _budget.Count(now);

    /// <summary>Whether the request is tried again; takes that out of the budget.</summary>
    /// <param name="ended">The try that has ended.</param>
    /// <param name="now">Time of the run.</param>
    public bool TryAgain(in EndedTry ended, TimeSpan now) => policy.Allows(ended) && _budget.TrySpend(now);
}
