using System.Collections.Immutable;
using LBTool.Core.Backends;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys of what a backend does by itself, beyond being so slow and so often wrong.</summary>
internal static class BehaviourKeys
{
    private const int Most = 1_000_000;

    // A burst that nobody asked for: what comes in a tenth of a second.
    private const double DefaultBurstSeconds = 0.1;

    private static readonly Key<double> Factor = Key.Required("factor", Values.Number(1, 1000), "how many times longer a request is served");

    private static readonly Key<TimeSpan> ColdFor = Key.Optional("for", Values.PositiveDuration, "`requests` says it", "for so long");

    private static readonly Key<int> Requests = Key.Optional("requests", Values.Count(1, Most), "`for` says it", "for the first so many requests");

    public static readonly Key<ColdStart> ColdStart = Key.Optional("cold_start",
        Map.Of([Factor, ColdFor, Requests],
            fields => new ColdStart(fields.Get(Factor), fields.Find(ColdFor)?.Value, fields.Find(Requests)?.Value),
            exactlyOne: [ColdFor, Requests]),
        "as fast as ever",
        "after it was killed, stopped or restarted, it is slow at first; at the start of the run it is not");

    private static readonly Key<TimeSpan> Every = Key.Required("every", Values.PositiveDuration, "from the start of one pause to the start of the next");

    private static readonly Key<TimeSpan> PauseFor = Key.Required("for", Values.PositiveDuration, "length of a pause, shorter than `every`");

    public static readonly Key<GcPause> GcPause = Key.Optional("gc_pause",
        Map.Of([Every, PauseFor], fields => new GcPause(fields.Get(Every), fields.Get(PauseFor)), CheckPause),
        "no pauses",
        "everything in it stalls from time to time, health endpoint included; the seed says when each backend's first pause is");

    private static readonly Key<double> Rate = Key.Required("rate", Values.Rate, "requests that it takes");

    private static readonly Key<int> Burst = Key.Optional("burst", Values.Count(1, Most), "what `rate` brings in 100ms, at least 1",
        "how many of them at once, after a rest");

    public static readonly Key<RateLimit> RateLimit = Key.Optional("rate_limit",
        new EitherShape<RateLimit>(
            text: new MappedShape<double, RateLimit>(Values.Rate, rate => new RateLimit(rate, BurstOf(rate))),
            map: Map.Of([Rate, Burst], fields => new RateLimit(fields.Get(Rate), fields.Find(Burst)?.Value ?? BurstOf(fields.Get(Rate))))),
        "no limit",
        "requests beyond it are answered 429 at once, with `Retry-After`");

    private static readonly Key<int> Size = Key.Required("size", Values.Count(1, Most), "keys that it holds; the least recently used one makes room");

    private static readonly Key<Distribution> Hit = Key.Required("hit", ServiceTimes.Any, "how long a request is served whose key is there");

    private static readonly Key<Distribution> Miss = Key.Required("miss", ServiceTimes.Any, "how long one is served whose key is not");

    public static readonly Key<CacheSpec> Cache = Key.Optional("cache",
        Map.Of([Size, Hit, Miss], fields => new CacheSpec(fields.Get(Size), fields.Get(Hit), fields.Get(Miss))),
        "no cache",
        "a cache in memory, in place of `latency`; the key is the query parameter `key`, or else the path; answers carry `x-lb-cache: hit` or `miss`");

    public static readonly Key<bool> Sessions = Key.Default("sessions", Values.Flag, "false",
        "keeps sessions in memory, by the header or cookie `x-lb-session`; answers carry `x-lb-session: new` or `known`");

    /// <summary>All of them, in the order that the documentation shows them.</summary>
    public static readonly ImmutableArray<Key> All = [ColdStart, GcPause, RateLimit, Cache, Sessions];

    private static int BurstOf(double rate) => Math.Max(1, (int)(rate * DefaultBurstSeconds));

    private static void CheckPause(Fields fields)
    {
        if (fields.Have(Every, PauseFor) && fields.Get(PauseFor) >= fields.Get(Every))
        {
            fields.Report(PauseFor, $"a pause of {Durations.Format(fields.Get(PauseFor))} every {Durations.Format(fields.Get(Every))} "
                + "leaves no time to work; make it shorter than every");
        }
    }
}
