using System.Globalization;
using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell;

/// <summary>What Pester's <c>Should -RouteAround</c> decides by.</summary>
public static class RouteAround
{
    /// <summary>Judges a measurement or the result of a scenario.</summary>
    /// <param name="actual">What stands before the pipe.</param>
    /// <param name="backend">The backend that is to get next to nothing.</param>
    /// <param name="atMost">The largest share that still counts, 0 … 1.</param>
    /// <param name="negate">Whether it is <c>Should -Not</c>.</param>
    /// <param name="because">The user's reason.</param>
    /// <returns>An object with Succeeded and FailureMessage, as Pester wants it.</returns>
    public static PSObject Judge(object? actual, string backend, double atMost, bool negate, string? because)
    {
        var (shares, what) = (actual is PSObject wrapped ? wrapped.BaseObject : actual) switch
        {
            Measurement measurement => (measurement.Backends, $"session {measurement.SessionName}"),
            ScenarioResult result => (result.Backends, result.Scenario),
            _ => (Array.Empty<MeasuredBackend>(), "nothing that has backends: give it what Measure-LBChaos or Invoke-LBChaosScenario writes"),
        };
        var requests = shares.Sum(row => row.Requests);
        if (requests == 0 || shares.FirstOrDefault(row => row.Name == backend) is not { } found)
        {
            // No doubt is a pass, with -Not or without.
            return Result(false, requests == 0 && shares.Length > 0
                ? $"no request was measured in {what}, so that nothing can be said"
                : $"backend '{backend}' is not in {what}{(shares.Length == 0 ? "" : $"; it has {string.Join<MeasuredBackend>(", ", shares)}")}");
        }

        var reason = string.IsNullOrWhiteSpace(because) ? "" : $", because {because!.Trim()}";
        return Result(
            found.Share <= atMost != negate,
            $"Expected {what} {(negate ? "not to" : "to")} route around '{backend}' (at most {Percent(atMost)} of the requests){reason}, but it got {Percent(found.Share)} of {requests}.");
    }

    private static PSObject Result(bool succeeded, string message)
    {
        var result = new PSObject();
        result.Properties.Add(new PSNoteProperty("Succeeded", succeeded));
        result.Properties.Add(new PSNoteProperty("FailureMessage", succeeded ? "" : message));
        return result;
    }

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
