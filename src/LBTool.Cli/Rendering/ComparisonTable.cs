using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LBTool.Cli.Running;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Rendering;

/// <summary>The table of <c>lbtool compare</c>, in each of its formats.</summary>
internal static class ComparisonTable
{
    private static readonly string[] Head = ["rank", "algorithm", "p50", "p99", "errors", "share of faulty", "verdict"];

    /// <summary>Writes it.</summary>
    /// <param name="scenario">Title of the scenario.</param>
    /// <param name="seed">The same for all.</param>
    /// <param name="runs">Best first.</param>
    /// <param name="format">How.</param>
    /// <param name="output">Where.</param>
    public static Task WriteAsync(string scenario, ulong seed, ImmutableArray<ComparedRun> runs, TableFormat format, TextWriter output)
    {
        switch (format)
        {
            case TableFormat.Json:
                return JsonOutput.WriteAsync(output, json => WriteJson(scenario, seed, runs, json));
            case TableFormat.Markdown:
                output.WriteLine($"**{scenario}**, seed {seed}\n");
                TextTable.WriteMarkdown(Rows(runs), output);
                break;
            default:
                output.WriteLine($"{scenario}, seed {seed}\n");
                TextTable.Write(Rows(runs), output);
                break;
        }

        return Task.CompletedTask;
    }

    private static string[][] Rows(ImmutableArray<ComparedRun> runs) =>
        [Head, .. runs.Select((run, place) => Row(run, place + 1))];

    private static string[] Row(ComparedRun run, int rank) =>
    [
        rank.ToString(CultureInfo.InvariantCulture),
        run.Algorithm,
        Time(run.P50),
        Time(run.P99),
        string.Create(CultureInfo.InvariantCulture, $"{run.Errors} of {run.Requests}"),
        run.FaultyShare is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0}%") : "-",
        run.Verdict.ToString().ToLowerInvariant(),
    ];

    private static string Time(TimeSpan? time) => time is { } known ? Durations.Format(known) : "-";

    private static void WriteJson(string scenario, ulong seed, ImmutableArray<ComparedRun> runs, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("scenario", scenario);

        // A string, as in summary.json: numbers of that size get lost.
        json.WriteString("seed", seed.ToString(CultureInfo.InvariantCulture));
        json.WriteStartArray("runs");
        foreach (var run in runs)
        {
            json.WriteStartObject();
            json.WriteString("algorithm", run.Algorithm);
            WriteNumber("p50Ms", run.P50?.TotalMilliseconds);
            WriteNumber("p99Ms", run.P99?.TotalMilliseconds);
            json.WriteNumber("requests", run.Requests);
            json.WriteNumber("errors", run.Errors);
            WriteNumber("faultyShare", run.FaultyShare);
            json.WriteString("verdict", run.Verdict.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void WriteNumber(string name, double? value)
        {
            if (value is { } known)
            {
                json.WriteNumber(name, known);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
