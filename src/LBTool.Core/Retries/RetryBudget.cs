namespace LBTool.Core.Retries;

/// <summary>How many retries the traffic allows.</summary>
/// <param name="Share">Retries for each request, 0 … 1; null: as many as there are reasons for.</param>
/// <param name="MinimumPerSecond">Retries a second that are allowed besides, however little traffic there is; 0 or more.</param>
public sealed record RetryBudgetSpec(double? Share, double MinimumPerSecond);

/// <summary>
/// Keeps retries to a share of the requests of the last ten seconds, so that a pool that fails altogether gets little
/// more traffic than before, where retries without a budget would multiply it by the number of attempts.
/// </summary>
/// <remarks>
/// As the RetryBudget of Twitter's Finagle (window of 10 s, a share of 20 % and 10 a second by default); Envoy's
/// retry_budget does the same by requests that are open instead of requests of late. The window moves by whole seconds:
/// it holds the second that goes on and the nine before. Requests are counted without a lock, retries are rare and take
/// one.
/// </remarks>
public sealed class RetryBudget
{
    private const int Slices = 10;
    private const int CountBits = 32;

    private readonly RetryBudgetSpec _spec;

    // One place for each second of the window: the second in the upper half, its count in the lower.
    private readonly long[] _requests = new long[Slices];
    private readonly long[] _retries = new long[Slices];
    private readonly Lock _spending = new();

    /// <param name="spec">How many are allowed.</param>
    public RetryBudget(RetryBudgetSpec spec)
    {
        _spec = spec;
        Array.Fill(_requests, -1L << CountBits);
        Array.Fill(_retries, -1L << CountBits);
    }

    /// <summary>Counts a client's request.</summary>
    /// <param name="now">Time of the run.</param>
    public void Count(TimeSpan now)
    {
        if (_spec.Share is not null)
        {
            Add(_requests, SecondOf(now));
        }
    }

    /// <summary>Takes one retry out of the budget.</summary>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when there is none left.</returns>
    public bool TrySpend(TimeSpan now)
    {
        if (_spec.Share is not { } share)
        {
            return true;
        }

        var second = SecondOf(now);
        lock (_spending)
        {
            var allowed = (share * Sum(_requests, second)) + (_spec.MinimumPerSecond * Slices);
            if (Sum(_retries, second) + 1 > allowed)
            {
                return false;
            }

            Add(_retries, second);
            return true;
        }
    }

    private static long SecondOf(TimeSpan now) => now.Ticks / TimeSpan.TicksPerSecond;

    // Whoever comes first in a second clears the place of ten seconds before.
    private static void Add(long[] slices, long second)
    {
        ref var slice = ref slices[PlaceOf(second)];
        while (true)
        {
            var seen = Volatile.Read(ref slice);
            var next = seen >> CountBits == second ? seen + 1 : (second << CountBits) + 1;
            if (Interlocked.CompareExchange(ref slice, next, seen) == seen)
            {
                return;
            }
        }
    }

    private static long Sum(long[] slices, long second)
    {
        var sum = 0L;
        foreach (ref var slice in slices.AsSpan())
        {
            var seen = Volatile.Read(ref slice);
            sum += seen >> CountBits > second - Slices ? (uint)seen : 0;
        }

        return sum;
    }

    // Time may be below 0: before the load starts.
    private static int PlaceOf(long second) => (int)(((second % Slices) + Slices) % Slices);
}
