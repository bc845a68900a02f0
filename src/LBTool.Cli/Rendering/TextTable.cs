namespace LBTool.Cli.Rendering;

/// <summary>A table in plain text: columns as wide as their widest cell, never broken.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>How long the lines of rows are.</summary>
    public static int Width(IReadOnlyList<string[]> rows) => Widths(rows).Sum(width => width + Gap.Length) - Gap.Length;

    /// <summary>Writes rows; the first is the head.</summary>
    public static void Write(IReadOnlyList<string[]> rows, TextWriter output)
    {
        var widths = Widths(rows);
        foreach (var row in rows)
        {
            output.WriteLine(string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>Writes rows as a Markdown table; the first is the head.</summary>
    public static void WriteMarkdown(IReadOnlyList<string[]> rows, TextWriter output)
    {
        foreach (var (row, place) in rows.Select((row, place) => (row, place)))
        {
            output.WriteLine($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
            if (place == 0)
            {
                output.WriteLine($"|{string.Concat(row.Select(_ => " --- |"))}");
            }
        }
    }

    private static int[] Widths(IReadOnlyList<string[]> rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
}
