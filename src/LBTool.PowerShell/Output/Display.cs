using System.Globalization;

namespace LBTool.PowerShell.Output;

/// <summary>How the views of LBChaos.format.ps1xml write values, the same in every culture.</summary>
public static class Display
{
    private const string Green = "32";
    private const string Red = "31";
    private const string Yellow = "33";
    private const string Blue = "34";

    /// <summary>A share as a percentage; nothing for null.</summary>
    /// <param name="share">0 … 1.</param>
    public static string Percent(double? share) => share is { } known ? $"{(100 * known).ToString("0.#", CultureInfo.InvariantCulture)}%" : "";

    /// <summary>A number with at most two decimals; nothing for null.</summary>
    /// <param name="value">Any.</param>
    public static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The share of each backend, in a line.</summary>
    /// <param name="backends">The backends.</param>
    public static string Shares(IEnumerable<MeasuredBackend> backends) =>
        string.Join(", ", backends.Select(backend => $"{backend.Name} {Percent(backend.Share)}"));

    /// <summary>A verdict, in its colour where there are colours.</summary>
    /// <param name="verdict">passed, failed or inconclusive.</param>
    /// <param name="terminal">Whether the host understands escape sequences.</param>
    public static string Verdict(string verdict, bool terminal) =>
        Coloured(verdict, verdict switch { "passed" => Green, "failed" => Red, _ => Yellow }, terminal);

    /// <summary>The state of a backend, in the colour of HAProxy's statistics page where there are colours.</summary>
    /// <param name="state">As the session says it.</param>
    /// <param name="terminal">Whether the host understands escape sequences.</param>
    public static string State(string state, bool terminal) =>
        Coloured(
            state,
            Has(state, "drain") ? Blue : Has(state, "down") || Has(state, "eject") ? Red : state.Equals("up", StringComparison.OrdinalIgnoreCase) ? Green : Yellow,
            terminal);

    private static bool Has(string state, string word) => state.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;

    private static string Coloured(string text, string colour, bool terminal) =>
        terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? $"\u001b[{colour}m{text}\u001b[0m" : text;
}
