namespace LBTool.Core.Measurements;

/// <summary>What a backend found in its memory for a request: in its key cache, or among its sessions.</summary>
/// <param name="Request">The request's number; 0 when it carried none.</param>
/// <param name="Backend">Index of the backend.</param>
/// <param name="At">When it looked.</param>
/// <param name="What">What it found.</param>
/// <param name="Session">Hash of the session's id; 0 for a cache.</param>
public readonly record struct FindingRecord(long Request, int Backend, TimeSpan At, Finding What, ulong Session = 0);

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
