using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>When each backend was under a fault, as it really happened.</summary>
internal sealed class FaultSpans
{
    private readonly ILookup<int, Window> _byBackend;

    public FaultSpans(RunResult result, RunWindows windows) => _byBackend = result.Plan.Faults
        .SelectMany(fault => fault.Backends.Select(backend => (backend, Window: Whole(windows.Named(fault.Name) ?? new Window(fault.Start, fault.End)))))
        .ToLookup(pair => pair.backend, pair => pair.Window);

    // Also when only a part of it acted.
    private static Window Whole(Window window) => new(window.Before, window.After);

    /// <summary>The faults of some backends, or (null) of all, each once for every backend that it hits.</summary>
    public IEnumerable<(int Backend, Window Window)> Of(BackendGroup? backends) => _byBackend
        .Where(group => backends is null || backends.Members.Contains(group.Key))
        .SelectMany(group => group.Select(window => (group.Key, window)));

    /// <summary>Whether a backend was under a fault at some instant from <paramref name="from"/> to <paramref name="until"/>, both included.</summary>
    public bool Hit(int backend, TimeSpan from, TimeSpan until) =>
        _byBackend[backend].Any(fault => fault.From <= until && fault.Until >= from);
}
