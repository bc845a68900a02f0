using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>What backends found in their memory, as they saw it: caches that are warm, sessions that are lost.</summary>
internal static class MemoryMetrics
{
    public static ImmutableArray<Metric> Rows { get; } =
    [
        new("hit_rate", "requests whose key the backend had in its cache, of those that it looked up",
            [Unit.Share], BackendLabel.Optional, Trend.Varies, "hit_rate >= 80%") { Measure = HitRate },
        new("lost_sessions", "requests that brought a session which some backend has had and theirs has not; as a share, of those that brought one",
            [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "lost_sessions == 0 during drain-b2") { Measure = LostSessions },
    ];

    private static Reading HitRate(MeasuredRun run, Question question)
    {
        var hits = run.Findings(question.Window, question.Backend, Finding.CacheHit);
        var misses = run.Findings(question.Window, question.Backend, Finding.CacheMiss);
        return hits + misses == 0
            ? Reading.Nothing("no backend looked into a cache in the window")
            : Reading.Of(new Proportion(hits, hits + misses));
    }

    private static Reading LostSessions(MeasuredRun run, Question question)
    {
        var brought = run.Findings(question.Window, question.Backend, Finding.SessionKnown)
            + run.Findings(question.Window, question.Backend, Finding.SessionMissing);
        var lost = new Proportion(run.LostSessions(question.Window, question.Backend), brought);
        return brought == 0 ? Reading.Nothing("no request in the window brought a session to a backend that keeps them")
            : question.Unit == Unit.Share ? Reading.Of(lost)
            : Reading.Of(lost.Count, brought);
    }
}
