using System.Collections.Concurrent;

namespace LBTool.PowerShell.Lbtool;

/// <summary>One lbtool from start to end: what it wrote, and how it ended.</summary>
/// <param name="file">The program, or an <c>lbtool.dll</c>.</param>
/// <param name="folder">Where it works.</param>
internal sealed class LbtoolCommand(string file, string folder)
{
    private const int Passed = 0;
    private const int Usage = 2;
    private const int Environment = 3;
    private const int Inconclusive = 98;
    private const int Failed = 99;

    /// <summary>Runs it, and tells each line of its standard error on the thread of the caller.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="tell">Gets the lines; null when nobody wants them.</param>
    /// <param name="stop">Ends it early, in order.</param>
    /// <returns>What it wrote to standard output; it ended with 0, 98 or 99.</returns>
    /// <exception cref="LBChaosException">It ended in another way.</exception>
    public string Run(IReadOnlyList<string> words, Action<string>? tell, CancellationToken stop)
    {
        using var process = LbtoolProcess.Start(file, words, folder);
        using var registration = stop.Register(process.Stop);
        var output = process.Output.ReadToEndAsync();
        var lines = new BlockingCollection<string>();
        var reading = ReadLinesAsync(process.Error, lines);
        var told = new List<string>();
        foreach (var line in lines.GetConsumingEnumerable())
        {
            told.Add(line);
            tell?.Invoke(line);
        }

        reading.GetAwaiter().GetResult();
        var text = output.GetAwaiter().GetResult();
        process.WaitForExit(Timeout.InfiniteTimeSpan);
        stop.ThrowIfCancellationRequested();
        return process.ExitCode is Passed or Inconclusive or Failed ? text : throw Ended(process.ExitCode, words, told);
    }

    /// <summary>What an end without a result means.</summary>
    public static LBChaosException Ended(int code, IEnumerable<string> words, IEnumerable<string> told)
    {
        var message = string.Join("\n", told.Where(line => line.Length > 0));
        var said = message.Length > 0 ? message : $"lbtool ended with {code} and said nothing";
        return new LBChaosException(
            code switch
            {
                Usage when said.Contains("nrecognized command") => Reason.LbtoolTooOld,
                Usage => Reason.InvalidScenario,
                Environment when said.Contains("neither a file nor a built-in") => Reason.ScenarioNotFound,
                Environment => Reason.Environment,
                _ => Reason.Internal,
            },
            said,
            string.Join(" ", words));
    }

    private static async Task ReadLinesAsync(StreamReader reader, BlockingCollection<string> lines)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lines.Add(line);
        }

        lines.CompleteAdding();
    }
}
