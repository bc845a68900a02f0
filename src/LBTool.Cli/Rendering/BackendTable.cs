using System.Collections.Immutable;
using System.Globalization;
using LBTool.Live.Control;

namespace LBTool.Cli.Rendering;

/// <summary>The backends of a session as a table: the same columns on a screen and in a line of text.</summary>
internal static class BackendTable
{
    private const string Nothing = "-";

    /// <summary>Titles of the columns.</summary>
    public static readonly ImmutableArray<string> Head =
        ["backend", "state", "weight", "share", "ideal", "rps", "in flight", "p50", "p99", "requests", "errors", ""];

    // Those that a narrow screen can do without, in the order in which they go.
    private static readonly ImmutableArray<string> Droppable = ["weight", "requests", "p50", "rps", "ideal", "in flight", "p99"];

    /// <summary>One backend's cells.</summary>
    public static string[] Row(BackendAnswer backend) =>
    [
        backend.Name,
        backend.State,
        Number(backend.Weight),
        Percent(backend.Share),
        Percent(backend.IdealShare),
        Number(backend.Rps),
        Number(backend.InFlight),
        Milliseconds(backend.P50Ms),
        Milliseconds(backend.P99Ms),
        Number(backend.Requests),
        Number(backend.Errors),
        Detail(backend),
    ];

    /// <summary>Writes the table in plain text.</summary>
    public static void Write(IEnumerable<BackendAnswer> backends, TextWriter output) =>
        TextTable.Write([[.. Head], .. backends.Select(Row)], output);

    /// <summary>
    /// Writes the table in lines of a width at most: columns fall away whole, because half a number is a wrong one. Only what
    /// the last column says may be cut off, by whoever shows the lines.
    /// </summary>
    public static void Write(IEnumerable<BackendAnswer> backends, int width, TextWriter output)
    {
        string[][] rows = [[.. Head], .. backends.Select(Row)];
        foreach (var title in Droppable)
        {
            if (TextTable.Width([.. rows.Select(row => row[..^1])]) <= width)
            {
                break;
            }

            var column = Array.IndexOf(rows[0], title);
            rows = [.. rows.Select(row => (string[])[.. row[..column], .. row[(column + 1)..]])];
        }

        TextTable.Write(rows, output);
    }

    private static string Detail(BackendAnswer backend) => backend.Drain is { LeftMs: > 0 } drain
        ? string.Create(CultureInfo.InvariantCulture, $"{drain.LeftMs / 1000:0.0}s left, {backend.Detail}")
        : backend.Detail;

    private static string Milliseconds(double? value) => value is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0.0}ms") : Nothing;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0}%");

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");
}
