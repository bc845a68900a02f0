using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>The state of one backend at every instant of a run, from its events.</summary>
public sealed class StateSteps
{
    private readonly (TimeSpan At, BackendState State)[] _steps;

    /// <param name="initial">Its state before the first event.</param>
    /// <param name="changes">Its events of state, in order of time.</param>
    public StateSteps(BackendState initial, IEnumerable<RunEvent> changes)
    {
        var steps = new List<(TimeSpan At, BackendState State)> { (TimeSpan.MinValue, initial) };
        foreach (var change in changes)
        {
            if (BackendStates.Find(change.Name) is { } state && state != steps[^1].State)
            {
                steps.Add((change.At, state));
            }
        }

        _steps = [.. steps];
    }

    /// <summary>The state at the start of <paramref name="window"/>, then every change in it, with its instant.</summary>
    public IEnumerable<(TimeSpan At, BackendState State)> In(Window window)
    {
        if (window.Length == TimeSpan.Zero)
        {
            yield break;
        }

        yield return (window.From, _steps.Last(step => step.At <= window.From).State);
        foreach (var step in _steps.Where(step => step.At > window.From && step.At < window.Until))
        {
            yield return step;
        }
    }

    /// <summary>Every change in a window; what was never known before is no change.</summary>
    public int Changes(Window window) =>
        _steps.Zip(_steps.Skip(1)).Count(pair => pair.First.State != BackendState.Unknown && window.Contains(pair.Second.At));

    /// <summary>
    /// The stretches of <paramref name="window"/> in which the state is such. Each begins the tick after its event: what
    /// happened at that very instant may have come before it.
    /// </summary>
    public IEnumerable<Window> Stretches(Window window, Func<BackendState, bool> isSuch)
    {
        TimeSpan? from = null;
        foreach (var (at, state) in In(window))
        {
            if (isSuch(state))
            {
                from ??= at == window.From ? at : at + TimeSpan.FromTicks(1);
            }
            else if (from is { } begun)
            {
                yield return new Window(begun, at);
                from = null;
            }
        }

        if (from is { } open)
        {
            yield return new Window(open, window.Until);
        }
    }

    /// <summary>The first instant at or after <paramref name="moment"/> at which the state is such; null when there is none.</summary>
    public TimeSpan? First(TimeSpan moment, Func<BackendState, bool> isSuch)
    {
        foreach (var (at, state) in In(new Window(moment, TimeSpan.MaxValue)))
        {
            if (isSuch(state))
            {
                return at;
            }
        }

        return null;
    }
}
