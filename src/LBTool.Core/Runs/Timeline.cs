using LBTool.Core.Measurements;
using LBTool.Core.Plans;

namespace LBTool.Core.Runs;

/// <summary>
/// Plays the faults of a plan on the world's time, and notes them in the book of events. What has begun is remembered until it
/// has ended, so that a roll-back ends exactly that, last begun first.
/// </summary>
internal sealed class Timeline(RunPlan plan, IWorld world)
{
    private readonly Stack<PlannedFault> _acting = new();

    /// <summary>Begins what is to act from the first request on. Called before the load starts.</summary>
    public async Task BeginFirstAsync()
    {
        foreach (var (_, fault, _) in Steps().TakeWhile(IsFirst))
        {
            await BeginAsync(fault).ConfigureAwait(false);
        }
    }

    /// <summary>Begins and ends each other fault at its time; returns after the last step.</summary>
    public async Task PlayAsync(CancellationToken stop)
    {
        foreach (var (at, fault, begins) in Steps().SkipWhile(IsFirst))
        {
            await world.WaitUntilAsync(at, stop).ConfigureAwait(false);
            await (begins ? BeginAsync(fault) : EndAsync(fault)).ConfigureAwait(false);
        }
    }

    /// <summary>Ends every fault that still acts. One that cannot be ended does not keep the others from it.</summary>
    /// <exception cref="WorldException">Some could not be ended, because of the environment.</exception>
    /// <exception cref="AggregateException">Some could not be ended, because of something else.</exception>
    public async Task RollBackAsync()
    {
        var failures = new List<Exception>();
        while (_acting.TryPeek(out var fault))
        {
            try
            {
                await EndAsync(fault).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failures.Add(exception);
                Forget(fault);
            }
        }

        if (failures.Count > 0)
        {
            var all = new AggregateException("faults could not be rolled back", failures);
            throw failures.TrueForAll(failure => failure is WorldException)
                ? new WorldException($"Faults could not be rolled back: {string.Join("; ", failures.Select(failure => failure.Message).Distinct())}", all)
                : all;
        }
    }

    /// <summary>Writes an event down, at the world's present time; <paramref name="since"/> is when it began, if that took a moment.</summary>
    public void Note(RunEventKind kind, string name, TimeSpan intended, string text, TimeSpan? since = null)
    {
        var now = world.Now;
        world.Recording.Events.Note(new RunEvent(intended, now, kind, name, text) { Since = since ?? now });
    }

    private static bool IsFirst((TimeSpan At, PlannedFault Fault, bool Begins) step) => step is { At.Ticks: 0, Begins: true };

    // At equal times ends come before starts, so that one fault can follow another on the same backend.
    private IEnumerable<(TimeSpan At, PlannedFault Fault, bool Begins)> Steps() =>
        plan.Faults
            .SelectMany(fault => new[] { (At: fault.Start, Fault: fault, Begins: true), (At: fault.End, Fault: fault, Begins: false) })
            .OrderBy(step => step.At)
            .ThenBy(step => step.Begins && step.Fault.Start != step.Fault.End);

    private async Task BeginAsync(PlannedFault fault)
    {
        // On the stack before it acts: a fault that fails half-way is rolled back too.
        _acting.Push(fault);
        var since = world.Now;
        await world.BeginAsync(fault).ConfigureAwait(false);
        Note(RunEventKind.FaultStart, fault.Name, fault.Start, FaultText.Begins(fault, plan), since);
    }

    private async Task EndAsync(PlannedFault fault)
    {
        var since = world.Now;
        await world.EndAsync(fault).ConfigureAwait(false);
        Forget(fault);
        Note(RunEventKind.FaultEnd, fault.Name, fault.End, $"{fault.Name} ends", since);
    }

    private void Forget(PlannedFault fault)
    {
        var others = _acting.Where(other => other != fault).Reverse().ToArray();
        _acting.Clear();
        foreach (var other in others)
        {
            _acting.Push(other);
        }
    }
}
