using LBTool.Core.Limits;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys of limits: under <c>target.limits</c>, and what a backend says of its own.</summary>
internal static class LimitKeys
{
    private const int MostRequests = 1_000_000;

    private static readonly Key<int> MaxRequests = Key.Optional("max_requests", Values.Count(1, MostRequests), "no limit",
        "requests in flight on one backend at most; a pick passes over one that is full");

    private static readonly Key<int> MaxConnections = Key.Optional("max_connections", Values.Count(1, MostRequests), "no limit",
        "connections to one backend at most; with HTTP/1.1 each request in flight has one");

    private static readonly Key<int> Queue = Key.Default("queue", Values.Count(0, MostRequests), "0",
        "requests that may wait, first come first served, when every backend is full; one more is answered 503 at once");

    private static readonly Key<TimeSpan> QueueTimeout = Key.Default("queue_timeout", Values.PositiveDuration, "1s",
        "how long a request waits at most; then it is answered 503");

    /// <summary>Of one backend.</summary>
    public static readonly MapShape<BackendLimits> Backend = Map.Of([MaxRequests, MaxConnections], LimitsOf);

    /// <summary>Of the balancer.</summary>
    public static readonly MapShape<TargetLimits> Target = Map.Of(
        [MaxRequests, MaxConnections, Queue, QueueTimeout],
        fields => new TargetLimits(LimitsOf(fields), new QueueSpec(fields.Get(Queue), fields.Get(QueueTimeout))),
        Check);

    private static BackendLimits LimitsOf(Fields fields) => new(fields.Find(MaxRequests)?.Value, fields.Find(MaxConnections)?.Value);

    private static void Check(Fields fields)
    {
        if (fields.IsWritten(QueueTimeout) && fields.Have(Queue) && fields.Get(Queue) == 0)
        {
            fields.Report(QueueTimeout, "nobody waits without a queue; give queue a number above 0, or leave this out");
        }
    }
}
