using LBTool.Core.Scenarios;

namespace LBTool.Core.Health;

/// <summary>Finds backends that are much slower than the others: looks at them each tenth of the window.</summary>
/// <param name="check">What much is.</param>
internal sealed class LatencyOutliers(PassiveCheck check)
{
    private const int LooksAWindow = 10;
    private readonly TimeSpan _step = check.Window / LooksAWindow;
    private int _looks = 1;

    /// <summary>When it looks next.</summary>
    public TimeSpan Next => _step * _looks;

    /// <summary>
    /// Those of <paramref name="members"/> whose mean latency is too many times the median of the others'; who had too few
    /// requests is neither found nor compared with.
    /// </summary>
    public IReadOnlyList<(WatchedBackend Member, string Reason)> Find(IEnumerable<WatchedBackend> members, TimeSpan now)
    {
        _looks = (int)(now / _step) + 1;
        var means = members
            .Select(member => (Member: member, Mean: member.Requests!.MeanLatency(now)))
            .Where(pair => pair.Mean is not null)
            .OrderBy(pair => pair.Mean)
            .ToArray();
        var found = new List<(WatchedBackend, string)>();
        for (var place = 1; place < means.Length; place++)
        {
            var (mean, median) = (means[place].Mean!.Value, MedianWithout(place));
            if (mean > check.LatencyFactor * median)
            {
                found.Add((means[place].Member, $"mean latency {Durations.Format(mean)}, and the median of the others' is {Durations.Format(median)}"));
            }
        }

        return found;

        // In a sorted row: the middle one of the rest, or the mean of the middle two.
        TimeSpan MedianWithout(int left)
        {
            TimeSpan At(int place) => means[place < left ? place : place + 1].Mean!.Value;
            var rest = means.Length - 1;
            return rest % 2 == 1 ? At(rest / 2) : (At((rest / 2) - 1) + At(rest / 2)) / 2;
        }
    }
}
