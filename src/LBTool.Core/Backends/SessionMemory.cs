using LBTool.Core.Measurements;
using LBTool.Core.Randomness;

namespace LBTool.Core.Backends;

/// <summary>The sessions that a process keeps in memory, and loses with it. For any number of threads.</summary>
/// <param name="random">Makes the ids of new sessions.</param>
public sealed class SessionMemory(RandomStream random)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = [];

    /// <summary>Sessions in memory.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>The session of a request; one that is not there begins here.</summary>
    /// <param name="id">What the request carries; null or empty: a new id is made.</param>
    public (string Id, Finding What) Visit(string? id)
    {
        var isNew = string.IsNullOrEmpty(id);
        var session = isNew ? random.NextUInt64().ToString("x16", null) : id!;
        lock (_gate)
        {
            var added = _known.Add(session);
            return (session, isNew ? Finding.SessionNew : added ? Finding.SessionMissing : Finding.SessionKnown);
        }
    }
}
