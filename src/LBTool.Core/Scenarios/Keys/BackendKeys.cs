using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using LBTool.Core.Limits;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>What <c>backends</c> says, in either form.</summary>
internal sealed record BackendList(ImmutableArray<(Located<string> Name, BackendSpec Spec)> Backends);

/// <summary>A backend of the list form.</summary>
internal sealed record BackendItem(Located<string> Name, BackendSpec Spec);

/// <summary>Some keys of a backend, each of which reads well; what they come to is seen beside its other keys.</summary>
internal sealed record BackendChange
{
    public static readonly BackendChange WellFormed = new();
}

/// <summary>The keys of a backend.</summary>
internal static class BackendKeys
{
    private const int MostBackends = 10_000;
    private const int MostRequests = 1_000_000;
    private const int LongestName = 64;

    private static readonly LocatedShape<string> NameShape = new(new Scalar<string>(
        $"{Values.Name.Words}, at most {LongestName} of them; not one or all",
        (string text, [MaybeNullWhen(false)] out string value) =>
            Values.TryName(text, out value) && value.Length <= LongestName && !FaultKeys.IsTargetWord(value),
        () => [NameSchema()],
        text => FaultKeys.IsTargetWord(text) ? $"`target: {text}` means something else in a fault" : null));

    private static readonly Key<Located<string>> Name = Key.Required("name", NameShape, "unique");

    private static readonly Key<int> Count = Key.Required("count", Values.Count(1, MostBackends),
        "how many there are, all alike; their names are b1, b2, …");

    private static readonly Key<double> Weight = Key.Default("weight", Values.Weight, "1",
        "share relative to the others, for algorithms that use weights");

    public static readonly Key<Distribution> Latency = Key.Default("latency", ServiceTimes.Any, "10ms",
        "how long a request is served, without queueing; `exponential(50ms)` has this mean, "
        + "`lognormal(20ms, 0.5)` this median and this standard deviation of its logarithm, `pareto(5ms, 1.5)` this least value "
        + "and a tail that falls with this power, `empirical(5ms, 7ms, 200ms)` these values; a map such as `{ 5ms: 9, 200ms: 1 }` gives them weights");

    private static readonly Key<TimeSpan> Jitter = Key.Default("jitter", Values.Duration, "0s",
        "drawn uniformly from minus to plus this for each request, and added to `latency`");

    private static readonly Key<int> Concurrency = Key.Optional("concurrency", Values.Count(1, MostRequests), "no limit",
        "requests served at once; more wait in a queue, in order");

    private static readonly Key<int> Queue = Key.Optional("queue", Values.Count(0, MostRequests), "no limit",
        "requests that may wait when `concurrency` is reached; one more is answered 503");

    private static readonly Key<double> Errors = Key.Default("errors", Values.Share, "0%",
        "share of requests that are answered 500");

    private static readonly Key<int> Body = Key.Default("body", Values.Size, "1KB",
        "size of an answer's body; 1 KB is 1000 bytes");

    private static readonly Key<BackendLimits> Limits = Key.Optional("limits", LimitKeys.Backend, "as `target.limits` says",
        "how much the balancer gives this backend at once");

    private static readonly ImmutableArray<Key> Each =
        [Weight, Latency, Jitter, Concurrency, Queue, Errors, Body, Limits, .. BehaviourKeys.All];

    private static readonly MapShape<BackendList> Alike = Map.Of(
        [Count, .. Each],
        fields => new BackendList(
        [
            .. Enumerable.Range(1, fields.Get(Count))
                .Select(number => (new Located<string>($"b{number}", default), Spec($"b{number}", fields))),
        ]),
        Check);

    private static readonly MapShape<BackendItem> One = Map.Of(
        [Name, .. Each], fields => new BackendItem(fields.Get(Name), Spec(fields.Get(Name).Value, fields)), Check);

    public static readonly Shape<BackendList> Backends = new EitherShape<BackendList>(
        map: Alike,
        list: new MappedShape<ImmutableArray<BackendItem>, BackendList>(
            new ListShape<BackendItem>(One, atLeast: 1, MostBackends),
            items => new BackendList([.. items.Select(item => (item.Name, item.Spec))])));

    private static readonly Key<Located<string>> NameNow = Key.Optional("name", NameShape, "the next free one of b1, b2, …", "unique");

    /// <summary>A backend of the list form, by itself.</summary>
    public static readonly MapShape<BackendItem> Item = One;

    /// <summary>A backend that joins a session, which names it if it has no name.</summary>
    public static readonly MapShape<BackendItem> ItemNow = Map.Of(
        [NameNow, .. Each],
        fields => new BackendItem(fields.Get(NameNow) ?? new Located<string>("", default), Spec(fields.Get(NameNow)?.Value ?? "", fields)),
        Check);

    /// <summary>What of a backend may change while it serves.</summary>
    public static readonly MapShape<BackendChange> Change = Map.Of(
        [.. new Key[] { Weight, Latency, Jitter, Concurrency, Queue, Errors }.Select(key => key.Kept)], _ => BackendChange.WellFormed);

    private static JsonObject NameSchema()
    {
        var schema = Json.Pattern(Values.NamePattern);
        schema["maxLength"] = LongestName;
        return schema;
    }

    private static BackendSpec Spec(string name, Fields fields) => new(
        name,
        fields.Get(Weight),
        new ServiceTime(fields.Get(Latency), fields.Get(Jitter)),
        fields.Find(Concurrency)?.Value,
        fields.Find(Queue)?.Value,
        fields.Get(Errors),
        fields.Get(Body))
    {
        ColdStart = fields.Find(BehaviourKeys.ColdStart)?.Value,
        GcPause = fields.Find(BehaviourKeys.GcPause)?.Value,
        RateLimit = fields.Find(BehaviourKeys.RateLimit)?.Value,
        Cache = fields.Find(BehaviourKeys.Cache)?.Value,
        Sessions = fields.Get(BehaviourKeys.Sessions),
        Limits = fields.Get(Limits),
    };

    private static void Check(Fields fields)
    {
        foreach (var key in new Key[] { Latency, Jitter }.Where(key => fields.IsWritten(BehaviourKeys.Cache) && fields.IsWritten(key)))
        {
            fields.Report(key, "with a cache, its hit and miss say how long a request is served; leave this out");
        }

        if (fields.Have(Latency, Jitter) && fields.Get(Latency) is Constant { Value: var latency } && fields.Get(Jitter) > latency)
        {
            fields.Report(Jitter, $"± {Durations.Format(fields.Get(Jitter))} is more than the constant latency of "
                + $"{Durations.Format(latency)}, which would then be negative at times");
        }

        if (fields.IsWritten(Queue) && !fields.IsWritten(Concurrency))
        {
            fields.Report(Queue, "without concurrency nothing ever waits; give both, or neither");
        }
    }
}
