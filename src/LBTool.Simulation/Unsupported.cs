using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>What a scenario may ask for that the simulator does not know: better no result than a wrong one.</summary>
internal static class Unsupported
{
    /// <summary>The first such thing, in words; null when there is none.</summary>
    public static string? FindIn(Scenario scenario) =>
        FindIn(scenario.Target) ?? scenario.Faults.Select(FindIn).FirstOrDefault(found => found is not null);

    private static string? FindIn(Target target) =>
        target.Sticky is not null ? "sticky sessions"
        : target.Algorithm.Key.Part != KeyPart.Client ? $"hashing by {target.Algorithm.Key}"
        : target.Toxiproxy is not null ? "a Toxiproxy server"
        : target.Backends.Select(FindIn).FirstOrDefault(found => found is not null);

    private static string? FindIn(Fault fault) => fault.Effect switch
    {
        HttpEffect { Fault: not (HttpStatus or HttpAbort) } => $"the HTTP fault of {fault.Name}",
        ActionEffect { Action: BackendAction.FailHealth or BackendAction.FailApp or BackendAction.LoseCapacity } => $"the action of {fault.Name}",
        _ => null,
    };

    private static string? FindIn(BackendSpec backend) =>
        backend.ColdStart is not null ? $"cold_start of {backend.Name}"
        : backend.GcPause is not null ? $"gc_pause of {backend.Name}"
        : backend.Cache is not null ? $"cache of {backend.Name}"
        : backend.RateLimit is not null ? $"rate_limit of {backend.Name}"
        : backend.Sessions ? $"sessions of {backend.Name}"
        : null;
}
