using System.CommandLine;
using LBTool.Cli.Rendering;
using LBTool.Core.Reports;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool report</c>: shows the result of an earlier run, in any format, without running it again.</summary>
internal static class ReportCommand
{
    private const string Text = "text";

    // The largest summary is a fraction of it.
    private const int Longest = 256 * 1024 * 1024;

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var names = ReportFormats.All.Select(row => row.Id).Prepend(Text).ToArray();
        var summary = new Argument<string>("SUMMARY") { HelpName = "SUMMARY", Description = "A summary.json, or the folder of --out that it is in" };
        var format = SharedOptions.One<string>("--format", string.Join('|', names), "How it is written (default: text)", name =>
            (name, names.Contains(name) ? null : string.Join(", ", names)));
        format.CompletionSources.Add(names);
        var verb = new Verb("report", "Show the result of an earlier run, in any format",
            "lbtool report results", "lbtool report results/summary.json --format junit > TEST-lbtool.xml")
        {
            summary,
            format,
        };
        verb.SetAction(async (parsed, stop) =>
        {
            var report = await ReadAsync(parsed.GetRequiredValue(summary), stop);
            var name = parsed.GetValue(format) ?? Text;
            if (name == Text)
            {
                FinalScreen.Write(report, terminal.Screen);
            }
            else
            {
                await terminal.Output.WriteAsync(ReportFormats.All.First(row => row.Id == name).Render(report));
            }

            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task<Report> ReadAsync(string path, CancellationToken stop)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, ReportFormats.All.First(row => row.Id == "json").FileName) : path;
        try
        {
            return SummaryReader.Parse(await TextFile.ReadAsync(file, Longest, stop));
        }
        catch (FormatException problem)
        {
            throw Failure.Usage($"'{file}' {problem.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failure.Environment($"'{file}' cannot be read: {exception.Message}");
        }
    }
}
