namespace LBTool.Core.Backends;

/// <summary>
/// How many workers a backend has: what its scenario says, and less while faults take some away. The limits outlive its
/// processes. Not for several threads at once.
/// </summary>
/// <param name="concurrency">Requests served at once without a limit; null for any number.</param>
public sealed class WorkerLimits(int? concurrency)
{
    // Stands for "any number": more than there can be requests in flight.
    private const int Unlimited = int.MaxValue;

    private readonly Dictionary<string, int> _limits = [];
    private int? _concurrency = concurrency;

    /// <summary>Requests served at once: of several limits the lowest holds.</summary>
    public int Workers => _limits.Values.Append(_concurrency ?? Unlimited).Min();

    /// <summary>Sets the limit of a fault.</summary>
    /// <param name="name">The fault's.</param>
    /// <param name="workers">0 or more.</param>
    public void Limit(string name, int workers) => _limits[name] = workers;

    /// <summary>Changes what holds without a limit.</summary>
    /// <param name="most">Requests served at once; null for any number.</param>
    public void Change(int? most) => _concurrency = most;

    /// <summary>Takes a limit back.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Unlimit(string name) => _limits.Remove(name);
}
