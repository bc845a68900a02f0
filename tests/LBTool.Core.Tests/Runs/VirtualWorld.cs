using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;

namespace LBTool.Core.Tests.Runs;

/// <summary>
/// A world in virtual time for tests of the conductor: time jumps to the next wait whenever everybody waits.
/// It writes down what was asked of it.
/// </summary>
internal sealed class VirtualWorld(TimeSpan loadLength) : IWorld
{
    private readonly PriorityQueue<TaskCompletionSource, (TimeSpan At, int Order)> _waits = new();
    private int _order;

    public Recording Recording { get; } = new();

    public TimeSpan Now { get; private set; }

    public List<string> Log { get; } = [];

    public Exception? StartFails { get; init; }

    public Exception? LoadFails { get; init; }

    public string? BeginFails { get; init; }

    public string? EndFails { get; init; }

    public int Open { get; init; }

    public int InFlight(int index) => index == 0 ? Open : 0;

    /// <summary>Runs the conductor to its end, in virtual time.</summary>
    public async Task<RunResult> RunAsync(Conductor conductor, CancellationToken stop = default)
    {
        var run = conductor.RunAsync(stop);
        while (!run.IsCompleted && _waits.TryDequeue(out var wait, out var due))
        {
            if (!wait.Task.IsCompleted)
            {
                Now = due.At;
                wait.SetResult();
            }
        }

        Assert.True(run.IsCompleted, "the run waits for something that is not in virtual time");
        return await run;
    }

    public Task StartAsync(CancellationToken stop) => StartFails is null ? Task.CompletedTask : throw StartFails;

    public async Task DriveLoadAsync(CancellationToken stop)
    {
        try
        {
            await WaitUntilAsync(loadLength, stop);
        }
        catch (OperationCanceledException)
        {
            Log.Add($"{Now.TotalSeconds} load stopped");
            return;
        }

        if (LoadFails is not null)
        {
            throw LoadFails;
        }
    }

    public Task WaitUntilAsync(TimeSpan at, CancellationToken stop)
    {
        var wait = new TaskCompletionSource();
        stop.Register(() => wait.TrySetCanceled(stop));
        _waits.Enqueue(wait, (at < Now ? Now : at, _order++));
        return wait.Task;
    }

    public Task BeginAsync(PlannedFault fault) => Note("begin", fault, BeginFails);

    public Task EndAsync(PlannedFault fault) => Note("end", fault, EndFails);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Note(string what, PlannedFault fault, string? fails)
    {
        Log.Add($"{Now.TotalSeconds} {what} {fault.Name}");
        return fault.Name == fails ? throw new WorldException($"cannot {what} {fault.Name}") : Task.CompletedTask;
    }
}
