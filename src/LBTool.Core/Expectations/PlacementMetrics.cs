using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>How the balancer lays traffic out over the backends: how evenly, and how steadily.</summary>
internal static class PlacementMetrics
{
    public static Metric Imbalance { get; } = new("imbalance",
        "the most picks that a backend has, of what its weight entitles it to: 1 is even, 2 is twice its due",
        [Unit.Count], BackendLabel.None, Trend.Varies, "imbalance <= 1.25")
    {
        Measure = MostOfItsDue,
    };

    public static ImmutableArray<Metric> Rows { get; } =
    [
        Imbalance,
        new("moved_keys", "keys of the load (without any: clients) of which a request went to another backend than the key's last one before the window",
            [Unit.Share], BackendLabel.None, Trend.Varies, "moved_keys <= 25% during drain-b2") { Measure = Moved },
    ];

    // Peak to average, as the Maglev paper measures it ("Maglev: a fast and reliable software network load balancer",
    // 2016, section 5.3), against what each should have by its weight.
    private static Reading MostOfItsDue(MeasuredRun run, Question question)
    {
        var backends = run.Result.Plan.Scenario.Target.Backends;
        var all = run.Picks(question.Window);
        var sum = backends.Sum(backend => backend.Weight);
        if (all == 0)
        {
            return Reading.Nothing("no request in the window");
        }

        var most = 0.0;
        for (var index = 0; index < backends.Length; index++)
        {
            var (weight, weights) = sum > 0 ? (backends[index].Weight, sum) : (1, backends.Length);
            most = weight > 0 ? Math.Max(most, run.Picks(question.Window, index) * weights / (all * weight)) : most;
        }

        return Reading.Of(most, all);
    }

    private static Reading Moved(MeasuredRun run, Question question)
    {
        var moved = run.MovedKeys(question.Window);
        return moved.Total == 0 ? Reading.Nothing("no key was asked for both before the window and in it") : Reading.Of(moved);
    }
}
