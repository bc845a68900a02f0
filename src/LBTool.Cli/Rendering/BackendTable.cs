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

    private static string Detail(BackendAnswer backend) => backend.Drain is { LeftMs: > 0 } drain
        ? string.Create(CultureInfo.InvariantCulture, $"{drain.LeftMs / 1000:0.0}s left, {backend.Detail}")
        : backend.Detail;

    private static string Milliseconds(double? value) => value is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0.0}ms") : Nothing;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0}%");

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");
}
