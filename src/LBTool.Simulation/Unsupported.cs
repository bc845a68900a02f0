using LBTool.Core.Health;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>What a scenario may ask for that the simulator does not know: better no result than a wrong one.</summary>
internal static class Unsupported
{
    /// <summary>The first such thing, in words; null when there is none.</summary>
    public static string? FindIn(Scenario scenario) => scenario.Target switch
    {
        { Toxiproxy: not null } => "a Toxiproxy server",
        { Balancers: > 1, Health: { Active: not null } or { Passive: not null } } => "health checks of several balancers",
        { Health.Active.Port: not null } => "probes of another port",
        { Health.Active.Http: { Body: not null, Path: not BackendSpec.HealthPath } } => $"the body that probes find anywhere but at {BackendSpec.HealthPath}",
        { Health.Active.Http: { } probe } when scenario.Faults.Any(fault => IsSlowBodyOf(probe, fault)) => "probes with a slow body",
        _ => null,
    };

    private static bool IsSlowBodyOf(HttpProbe probe, Fault fault) =>
        probe.Path == BackendSpec.HealthPath && fault.Effect is HttpEffect { Fault: HttpSlowBody } slow && slow.Matches(probe.Path, probe.Method);
}
