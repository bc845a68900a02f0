using System.Collections.Immutable;
using System.Text;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;

namespace LBTool.Live.Sessions;

/// <summary>
/// What people do to one backend of a session. What they do to its process is a fault like any other, named after the
/// action and the backend, so that it is listed, undone and written down like one.
/// </summary>
public sealed class BackendActions
{
    private readonly SessionBackends _backends;
    private readonly SessionFaults _faults;
    private readonly Changes _changes;
    private readonly LiveWorld _world;
    private readonly Journal _journal;

    internal BackendActions(LiveWorld world, SessionBackends backends, SessionFaults faults, Journal journal, Changes changes)
    {
        (_world, _backends, _faults, _journal, _changes) = (world, backends, faults, journal, changes);
        All =
        [
            new("kill", "as SIGKILL: refused, open connections reset", (backend, _) => BeginAsync(backend, BackendAction.Kill)),
            new("stop", "as SIGTERM: refused, what is in flight is answered", (backend, _) => BeginAsync(backend, BackendAction.Stop)),
            new("start", "undoes kill, stop and down; it comes back empty", (backend, _) => UndoAsync(backend, "down", BackendAction.Kill, BackendAction.Stop, BackendAction.Down)),
            new("restart", "killed and started again at once, empty", (backend, _) => BeginAsync(backend, BackendAction.Restart)),
            new("pause", "as SIGSTOP: accepts and says nothing", (backend, _) => BeginAsync(backend, BackendAction.Pause)),
            new("resume", "undoes pause: goes on where it was", (backend, _) => UndoAsync(backend, "paused", BackendAction.Pause)),
            new("drain", "gets nothing new; what is in flight may end until the deadline, then it is cut", DrainAsync),
            new("disable", "gets nothing new until it is enabled; what is in flight goes on", (backend, _) => Task.FromResult(Disable(backend))),
            new("enable", "undoes drain and disable", (backend, _) => EnableAsync(backend)),
        ];
    }

    /// <summary>All of them, in the order that help shows them.</summary>
    public ImmutableArray<BackendActionRow> All { get; }

    /// <summary>Does one.</summary>
    /// <param name="name">Of the backend.</param>
    /// <param name="action">Name of the action.</param>
    /// <param name="drain">For a drain: how.</param>
    /// <returns>Why there was nothing to do; null when it was done.</returns>
    /// <exception cref="Refusal">There is no such backend or action, or it cannot be done.</exception>
    public Task<string?> DoAsync(string name, string action, DrainRequest drain)
    {
        var row = All.FirstOrDefault(row => row.Name == action) ?? throw Refusal.NoSuch("action", action, All.Select(row => row.Name));
        return _changes.MakeAsync(() => row.DoAsync(_backends.Find(name), drain));
    }

    /// <summary>Makes every backend ready again that was disabled, as a part of a change that is being made.</summary>
    internal void EnableAll()
    {
        foreach (var backend in _backends.All)
        {
            Ready(backend);
        }
    }

    private Task<string?> DrainAsync(SessionBackend backend, DrainRequest drain)
    {
        if (_world.Health!.StateOf(backend.Pooled) == BackendState.Disabled)
        {
            throw new Refusal(RefusalKind.Conflict, $"{backend.Name} is disabled, and gets nothing already; enable it first");
        }

        var deadline = drain.Deadline is { } lasting ? $",\"deadline\":\"{Durations.Format(lasting)}\"" : "";
        return BeginAsync(backend, BackendAction.Drain, deadline);
    }

    private string? Disable(SessionBackend backend)
    {
        if (DrainsOf(backend).FirstOrDefault() is { } drain)
        {
            throw new Refusal(RefusalKind.Conflict, $"{backend.Name} is drained, by fault '{drain.Name}', and gets nothing new already; enable it first");
        }

        if (!_world.Health!.SetAdmin(backend.Pooled, AdminState.Disabled, _world.Now))
        {
            return $"{backend.Name} is disabled already";
        }

        _journal.Disable(backend.Name, _world.Now);
        return null;
    }

    private Task<string?> EnableAsync(SessionBackend backend) => DrainsOf(backend).Any()
        ? UndoAsync(backend, "drained", BackendAction.Drain)
        : Task.FromResult(Ready(backend) ? null : $"{backend.Name} is neither drained nor disabled");

    private bool Ready(SessionBackend backend)
    {
        var wasDisabled = _world.Health!.SetAdmin(backend.Pooled, AdminState.Ready, _world.Now);
        if (wasDisabled)
        {
            _journal.Enable(backend.Name, _world.Now);
        }

        return wasDisabled;
    }

    private IEnumerable<ActiveFault> DrainsOf(SessionBackend backend) =>
        _faults.All.Where(fault => Does(fault, BackendAction.Drain) && fault.Backends.Contains(backend.Name));

    private async Task<string?> BeginAsync(SessionBackend backend, BackendAction action, string more = "")
    {
        if (_faults.All.FirstOrDefault(fault => Does(fault, action) && fault.Backends.Contains(backend.Name)) is { } acting)
        {
            return $"fault '{acting.Name}' does that already";
        }

        var word = ActionTable.Of(action).Name;
        var fault = $$"""{"target":"{{backend.Name}}","action":"{{word}}"{{more}}}""";
        await _faults.BeginAsync(Bodies.Fault.Read(Encoding.UTF8.GetBytes(fault))).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> UndoAsync(SessionBackend backend, string state, params BackendAction[] actions)
    {
        var acting = _faults.All.Where(fault => actions.Any(action => Does(fault, action)) && fault.Backends.Contains(backend.Name)).ToArray();
        foreach (var fault in acting.Where(fault => fault.Backends.Length == 1))
        {
            await _faults.EndAsync(fault).ConfigureAwait(false);
        }

        return acting.Length == 0 ? $"{backend.Name} was not {state}"
            : acting.FirstOrDefault(fault => fault.Backends.Length > 1) is { } shared
                ? $"{backend.Name} is still {state}: fault '{shared.Name}' hits others too; remove it"
            : null;
    }

    private static bool Does(ActiveFault fault, BackendAction action) => fault.Fault.Effect is ActionEffect effect && effect.Action == action;
}

/// <summary>One thing that people do to a backend.</summary>
/// <param name="Name">As written.</param>
/// <param name="Description">What it does, in one line.</param>
/// <param name="DoAsync">Does it; returns why there was nothing to do, or null.</param>
public sealed record BackendActionRow(string Name, string Description, Func<SessionBackend, DrainRequest, Task<string?>> DoAsync);
