using System.Globalization;
using System.Text.Json;
using LBTool.Core.Measurements;

namespace LBTool.Core.Reports;

/// <summary>
/// Everything that happened in a run, one JSON object a line, in order of time: what happened to every request, and
/// every fault. It carries no wall-clock time, so that two simulations of the same scenario, seed and version give the
/// same bytes. What <c>summary.json</c> has too is called the same here.
/// <code>
///   {"ms":12.5,"event":"picked","request":7,"backend":"b1"}
///   {"ms":3000,"event":"stateChange","name":"down","backend":"b1","text":"b1 is down: 3 in a row failed: status 503"}
/// </code>
/// </summary>
public static class EventLog
{
    private static readonly string[] Kinds = CamelCase<RunEventKind>();
    private static readonly string[] Found = CamelCase<Finding>();
    private static readonly string[] Outcomes = CamelCase<RequestOutcome>();

    /// <summary>Writes the log of a run.</summary>
    public static void Write(RunResult result, TextWriter output)
    {
        var plan = result.Plan;
        output.Write(string.Create(CultureInfo.InvariantCulture,
            $"{{\"scenario\":\"{Escape(plan.Scenario.Name)}\",\"seed\":\"{plan.Seed}\",\"version\":\"{Escape(result.Version)}\"}}\n"));
        var names = plan.Backends.Select(Escape).ToArray();
        foreach (var entry in Entries(result).OrderBy(entry => entry.At).ThenBy(entry => entry.Step).ThenBy(entry => entry.Place))
        {
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"{{\"ms\":{entry.At.TotalMilliseconds:0.####},{Describe(entry, result, names)}}}\n"));
        }
    }

    // What happens at the same instant keeps the order in which a request meets it.
    private static IEnumerable<Entry> Entries(RunResult result) =>
        result.Events.Select((happening, place) => new Entry(happening.At, Step.Event, place))
            .Concat(result.Requests.Select((request, place) => new Entry(request.Sent, Step.Sent, place)))
            .Concat(result.Leases.Select((lease, place) => new Entry(lease.Start, Step.Picked, place)))
            .Concat(result.Attempts.Select((attempt, place) => new Entry(attempt.At, Step.Arrived, place)))
            .Concat(result.Findings.Select((finding, place) => new Entry(finding.At, Step.Found, place)))
            .Concat(result.Leases.Select((lease, place) => new Entry(lease.End, Step.Released, place)))
            .Concat(result.Requests.Select((request, place) => new Entry(request.Done, Step.Ended, place)));

    private static string Describe(Entry entry, RunResult result, string[] names) => entry.Step switch
    {
        Step.Event => Describe(result.Events[entry.Place], names),
        Step.Sent => $"\"event\":\"sent\",\"request\":{result.Requests[entry.Place].Number}",
        Step.Picked => Describe("picked", result.Leases[entry.Place].Request, result.Leases[entry.Place].Backend, names),
        Step.Arrived => Describe("arrived", result.Attempts[entry.Place].Request, result.Attempts[entry.Place].Backend, names),
        Step.Found => Describe("found", result.Findings[entry.Place].Request, result.Findings[entry.Place].Backend, names)
            + $",\"what\":\"{Found[(int)result.Findings[entry.Place].What]}\"",
        Step.Released => Describe("released", result.Leases[entry.Place].Request, result.Leases[entry.Place].Backend, names)
            + $",\"ok\":{(result.Leases[entry.Place].Ok ? "true" : "false")}",
        _ => $"\"event\":\"ended\",\"request\":{result.Requests[entry.Place].Number},\"outcome\":\"{Outcomes[(int)result.Requests[entry.Place].Outcome]}\",\"status\":{result.Requests[entry.Place].Status}",
    };

    private static string Describe(RunEvent happened, string[] names) =>
        $"\"event\":\"{Kinds[(int)happened.Kind]}\",\"name\":\"{Escape(happened.Name)}\""
        + (happened.Backend < 0 ? "" : $",\"backend\":\"{names[happened.Backend]}\"")
        + $",\"text\":\"{Escape(happened.Text)}\"";

    private static string Describe(string happening, long request, int backend, string[] names) =>
        $"\"event\":\"{happening}\",\"request\":{request},\"backend\":\"{names[backend]}\"";

    // By value: those of each begin with 0 and leave none out.
    private static string[] CamelCase<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private static string Escape(string text) => JsonEncodedText.Encode(text).ToString();

    private enum Step
    {
        Event,
        Sent,
        Picked,
        Arrived,
        Found,
        Released,
        Ended,
    }

    private readonly record struct Entry(TimeSpan At, Step Step, int Place);
}
