using System.Globalization;
using LBTool.Core.Reports;

namespace LBTool.Cli.Rendering;

/// <summary>What a scenario ends with that ran with several seeds: each expectation's value over all of them.</summary>
internal static class SeedsScreen
{
    private const string Nothing = "-";

    /// <summary>Writes it.</summary>
    public static void Write(Report report, TextWriter output)
    {
        var (count, last) = (report.Attempts.Length, report.Attempts[^1].Seed);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Verdict.ToString().ToUpperInvariant()}  {report.Scenario}, {count} seeds ({report.Seed} … {last}): {report.Reason}"));
        output.WriteLine();
        if (report.Values.Length > 0)
        {
            var rows = report.Values.Select(value => new[]
            {
                value.Text, value.InWords() ?? Nothing, value.Range() ?? Nothing, $"{value.Passed} of {count}",
            });
            TextTable.Write([["expectation", "mean ± 95 %", "least … most", "passed"], .. rows], output);
            output.WriteLine();
        }

        output.WriteLine("run it again:");
        output.WriteLine($"  {report.Rerun} --repeat {count}");
    }
}
