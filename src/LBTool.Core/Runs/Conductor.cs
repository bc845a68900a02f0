using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;

namespace LBTool.Core.Runs;

/// <summary>
/// Leads one run through its steps: start, load and faults side by side, stop, measure. Whatever way the run ends,
/// every fault that was begun is ended, and there is a result.
/// </summary>
/// <param name="plan">What is to happen.</param>
/// <param name="world">Where it happens; the caller disposes it.</param>
/// <param name="time">Says when the run was started, for the report.</param>
/// <param name="version">The lbtool that runs it.</param>
public sealed class Conductor(RunPlan plan, IWorld world, TimeProvider time, string version)
{
    private const int AbortCheckShare = 20;
    private const int AbortCheckGrowth = 20;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AbortCheckInterval = TimeSpan.FromSeconds(1);
    private readonly Timeline _timeline = new(plan, world);

    /// <summary>Called about four times a second while the load runs; null for nobody.</summary>
    public Action<RunProgress>? Progress { get; init; }

    /// <summary>
    /// Judges what is known so far, about once a second at first, later each time that a twentieth has been added: a reason to end the run now, or null to go on.
    /// Null when nothing may end the run early, which saves the measuring.
    /// </summary>
    public Func<RunResult, string?>? AbortCheck { get; init; }

    /// <summary>What made the run fail, when its end is <see cref="RunEnd.Failed"/>; a <see cref="WorldException"/> is the environment's.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs the plan. Failures and interruptions are results, not exceptions; see <see cref="Failure"/>.</summary>
    /// <param name="stop">Interrupts the run; faults are still rolled back.</param>
    public async Task<RunResult> RunAsync(CancellationToken stop)
    {
        var startedAt = time.GetUtcNow();
        var (end, reason) = await RunStepsAsync(startedAt, stop).ConfigureAwait(false);
        return Measure(startedAt, end, reason);
    }

    private async Task<(RunEnd End, string? Reason)> RunStepsAsync(DateTimeOffset startedAt, CancellationToken stop)
    {
        try
        {
            await world.StartAsync(stop).ConfigureAwait(false);
            return await LoadAsync(startedAt, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (RunEnd.Interrupted, "interrupted");
        }
        catch (Exception exception)
        {
            Failure = exception;
            return (RunEnd.Failed, exception.Message);
        }
    }

    // Load, timeline and watcher run side by side. The load's end ends the others; the first of them to fail ends all.
    private async Task<(RunEnd End, string? Reason)> LoadAsync(DateTimeOffset startedAt, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var aborted = (string?)null;
        try
        {
            await _timeline.BeginFirstAsync().ConfigureAwait(false);
            _timeline.Note(RunEventKind.LoadStart, "load", TimeSpan.Zero, "load starts");
            var load = LoadToTheEndAsync(ending.Token);
            var timeline = _timeline.PlayAsync(ending.Token);
            var watch = WatchAsync(startedAt, reason => aborted ??= reason, ending);
            await EndTogetherAsync([load, timeline, watch], ending).ConfigureAwait(false);
        }
        finally
        {
            _timeline.Note(RunEventKind.LoadEnd, "load", plan.Length, "load ends");
            await _timeline.RollBackAsync().ConfigureAwait(false);
        }

        return aborted is not null ? (RunEnd.Aborted, aborted)
            : stop.IsCancellationRequested ? (RunEnd.Interrupted, "interrupted")
            : (RunEnd.Completed, null);
    }

    // The last request may end long before the schedule does, at a low rate by seconds: what is planned until then
    // still happens, or windows would be judged in which nothing was done.
    private async Task LoadToTheEndAsync(CancellationToken stop)
    {
        await world.DriveLoadAsync(stop).ConfigureAwait(false);
        if (world.Now < plan.Length)
        {
            await world.WaitUntilAsync(plan.Length, stop).ConfigureAwait(false);
        }
    }

    private static async Task EndTogetherAsync(List<Task> parts, CancellationTokenSource ending)
    {
        var load = parts[0];
        var all = Task.WhenAll(parts);
        while (parts.Count > 0)
        {
            var ended = await Task.WhenAny(parts).ConfigureAwait(false);
            parts.Remove(ended);
            if (ended == load || ended.IsFaulted)
            {
                // Not CancelAsync: it hops to the thread pool, which virtual time does not know.
                ending.Cancel();
            }
        }

        // All have ended, but the last of them may not have been counted yet.
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Parts that ended because they were told to are no failure; a real failure among them is.
        if (all.IsFaulted)
        {
            await all.ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(DateTimeOffset startedAt, Action<string> abort, CancellationTokenSource ending)
    {
        var nextCheck = AbortCheckInterval;
        for (var watch = 1; ; watch++)
        {
            await world.WaitUntilAsync(watch * WatchInterval, ending.Token).ConfigureAwait(false);
            Progress?.Invoke(new RunProgress(world.Now, plan.Length, world.Recording, world.Recording.Events.All));
            if (AbortCheck is null || world.Now < nextCheck)
            {
                continue;
            }

            var began = world.Now;
            if (AbortCheck(MeasureSoFar(startedAt)) is { } reason)
            {
                abort(reason);
                _timeline.Note(RunEventKind.Abort, "abort", world.Now, reason);
                ending.Cancel();
                return;
            }

            // The records grow, and with them the cost of a check: all checks together then cost some twenty times the last
            // one, also where they take no time. And none may take more than a twentieth of the time.
            TimeSpan[] pauses = [AbortCheckInterval, world.Now / AbortCheckGrowth, AbortCheckShare * (world.Now - began)];
            nextCheck = world.Now + pauses.Max();
        }
    }

    // A lease is written down when it ends. A backend that hangs ends none, so what is open counts as if it ended now.
    private RunResult MeasureSoFar(DateTimeOffset startedAt)
    {
        var now = world.Now;
        var soFar = Measure(startedAt, RunEnd.Completed, null);
        var open = Enumerable.Range(0, plan.Backends.Length).SelectMany(index =>
            Enumerable.Repeat(new LeaseRecord(0, index, now, now + TimeSpan.FromTicks(1), LeaseOutcome.Abandoned), world.InFlight(index)));
        return soFar with { Leases = [.. soFar.Leases, .. open] };
    }

    private RunResult Measure(DateTimeOffset startedAt, RunEnd end, string? reason)
    {
        var recording = world.Recording;
        return new RunResult(
            plan,
            version,
            startedAt,
            world.Now < plan.Length ? world.Now : plan.Length,
            end,
            reason,
            recording.Events.All,
            recording.Requests.ToList().OrderedBy(RecordOrder.Number),
            recording.Leases.ToList().OrderedBy(RecordOrder.Start),
            recording.Attempts.ToList().OrderedBy(RecordOrder.Arrival),
            recording.Scheduled,
            recording.Dropped)
        {
            Findings = recording.Findings.ToList().OrderedBy(RecordOrder.Found),
        };
    }
}

/// <summary>A look at a run that goes on.</summary>
/// <param name="Now">Time of the run.</param>
/// <param name="Length">When its load will end.</param>
/// <param name="Recording">What is written down so far; goes on growing.</param>
/// <param name="Events">What happened so far.</param>
public sealed record RunProgress(
    TimeSpan Now, TimeSpan Length, Recording Recording, ImmutableArray<RunEvent> Events);
