namespace LBTool.Core.Measurements;

/// <summary>What a backend found in its memory for a request: in its key cache, or among its sessions.</summary>
/// <param name="Request">The request's number; 0 when it carried none.</param>
/// <param name="Backend">Index of the backend.</param>
/// <param name="At">When it looked.</param>
/// <param name="What">What it found.</param>
/// <param name="Session">Hash of the session's id; 0 for a cache.</param>
public readonly record struct FindingRecord(long Request, int Backend, TimeSpan At, Finding What, ulong Session = 0)
    : IRecord<FindingRecord>
{
    static int IRecord<FindingRecord>.Numbers => 5;

    static FindingRecord IRecord<FindingRecord>.PutTogether(ReadOnlySpan<long> numbers) => new(
        numbers[0], (int)numbers[2], new(numbers[1]), (Finding)numbers[3], (ulong)numbers[4]);

    void IRecord<FindingRecord>.TakeApart(Span<long> numbers)
    {
        (numbers[0], numbers[1], numbers[2]) = (Request, At.Ticks, Backend);
        (numbers[3], numbers[4]) = ((long)What, (long)Session);
    }
}

/// <summary>What a backend finds in its memory.</summary>
public enum Finding : byte
{
    /// <summary>The key was in the cache.</summary>
    CacheHit,

    /// <summary>The key was not in the cache.</summary>
    CacheMiss,

    /// <summary>The request brought no session; one began.</summary>
    SessionNew,

    /// <summary>The request brought a session that was there.</summary>
    SessionKnown,

    /// <summary>The request brought a session that was not there, and began here.</summary>
    SessionMissing,
}
