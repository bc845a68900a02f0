using System.Collections.Immutable;

namespace LBTool.Core.Scenarios;

/// <summary>The table of actions: the one source for the keys of a scenario, the JSON Schema, the documentation and help.</summary>
public static class ActionTable
{
    /// <summary>All of them, in the order that help shows them.</summary>
    public static ImmutableArray<ActionRow> All { get; } =
    [
        new("kill", BackendAction.Kill, "as SIGKILL: refused, open connections reset; comes back empty"),
        new("stop", BackendAction.Stop, "as SIGTERM: refused, what is in flight is answered; comes back empty"),
        new("restart", BackendAction.Restart, "killed and started again at once, empty"),
        new("pause", BackendAction.Pause, "as SIGSTOP: accepts and says nothing, goes on where it was"),
        new("down", BackendAction.Down, "the link is cut: refused, open connections closed"),
        new("fail-health", BackendAction.FailHealth, "the health endpoint says 503, /healthz/deep too, while the application is well"),
        new("fail-app", BackendAction.FailApp, "the application says 500 while the health endpoint says 200"),
        new("lose-capacity", BackendAction.LoseCapacity, "only `workers` requests are served at once, the others wait") { Needs = "workers" },
        new("set-weight", BackendAction.SetWeight, "its weight is `weight` at the balancer") { Needs = "weight", OnPool = true },
        new("remove", BackendAction.Remove, "taken out of the balancer's pool; what is in flight goes on, until `deadline` if there is one") { OnPool = true, TakesDeadline = true },
        new("drain", BackendAction.Drain, "the balancer sends no new request; what is in flight may end until `deadline`, then it is cut") { OnPool = true, TakesDeadline = true },
    ];

    /// <summary>The row named <paramref name="name"/>, or null.</summary>
    public static ActionRow? Find(string name) => All.FirstOrDefault(row => row.Name == name);

    /// <summary>The row of an action.</summary>
    public static ActionRow Of(BackendAction action) => All.First(row => row.Action == action);
}

/// <summary>One action that a scenario can name.</summary>
/// <param name="Name">As written.</param>
/// <param name="Action">What it is.</param>
/// <param name="Description">What it does, in one line.</param>
public sealed record ActionRow(string Name, BackendAction Action, string Description)
{
    /// <summary>The key of a scenario that must stand beside it, and beside no other; null: none.</summary>
    public string? Needs { get; init; }

    /// <summary>The keys that may stand beside it, and are its own.</summary>
    public ImmutableArray<string> Takes => [.. new[] { Needs, TakesDeadline ? "deadline" : null }.OfType<string>()];

    /// <summary>Whether it acts on the backend's place in the pool, and not on its process.</summary>
    public bool OnPool { get; init; }

    /// <summary>Whether <c>deadline</c> may stand beside it; beside any other it must not.</summary>
    public bool TakesDeadline { get; init; }
}
