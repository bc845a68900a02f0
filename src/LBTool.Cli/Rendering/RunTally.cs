using System.Collections.Immutable;
using LBTool.Core.Measurements;
using LBTool.Core.Runs;

namespace LBTool.Cli.Rendering;

/// <summary>
/// Counts a run's requests while it goes on. Reads each record about once: what a view shows may lag behind by a few
/// records; what is judged is counted elsewhere, from all of them.
/// </summary>
/// <param name="backends">How many there are.</param>
internal sealed class RunTally(int backends)
{
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(3);
    private readonly long[] _answered = new long[backends];
    private readonly Queue<Sample> _samples = new([new Sample(TimeSpan.Zero, 0, [.. new long[backends]])]);
    private long _read;
    private long _requests;

    /// <summary>Requests that ended in an error.</summary>
    public long Errors { get; private set; }

    /// <summary>Requests that ended, a second, of late.</summary>
    public double Rate { get; private set; }

    /// <summary>Each backend's share of the answers of late, 0 … 1; all 0 when there was none.</summary>
    public ImmutableArray<double> Shares { get; private set; } = [.. new double[backends]];

    /// <summary>Counts what was recorded since the last call.</summary>
    public void Update(RunProgress progress)
    {
        var log = progress.Recording.Requests;
        var end = log.Count;
        foreach (var request in log.Read(_read))
        {
            Count(request);
        }

        _read = end;
        var now = new Sample(progress.Now, _requests, [.. _answered]);
        while (_samples.Count > 1 && now.At - _samples.Peek().At > Recent)
        {
            _samples.Dequeue();
        }

        Compare(_samples.Peek(), now);
        _samples.Enqueue(now);
    }

    /// <summary>Names of the faults that act now, in the order in which they began.</summary>
    public static ImmutableArray<string> ActiveFaults(ImmutableArray<RunEvent> events)
    {
        var active = new List<string>();
        foreach (var happened in events)
        {
            if (happened.Kind == RunEventKind.FaultStart)
            {
                active.Add(happened.Name);
            }
            else if (happened.Kind == RunEventKind.FaultEnd)
            {
                active.Remove(happened.Name);
            }
        }

        return [.. active];
    }

    private void Count(in RequestRecord request)
    {
        _requests++;
        Errors += request.Outcome == RequestOutcome.Ok ? 0 : 1;
        if (request.Backend >= 0 && request.Backend < _answered.Length)
        {
            _answered[request.Backend]++;
        }
    }

    private void Compare(Sample then, Sample now)
    {
        var seconds = (now.At - then.At).TotalSeconds;
        Rate = seconds > 0 ? (now.Requests - then.Requests) / seconds : 0;
        var answers = now.Answered.Zip(then.Answered, (after, before) => after - before).ToArray();
        var all = Math.Max(1, answers.Sum());
        Shares = [.. answers.Select(count => (double)count / all)];
    }

    private sealed record Sample(TimeSpan At, long Requests, ImmutableArray<long> Answered);
}
