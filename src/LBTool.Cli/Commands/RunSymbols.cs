using System.CommandLine;
using System.Globalization;
using LBTool.Cli.Running;

namespace LBTool.Cli.Commands;

/// <summary>What <c>run</c> and <c>simulate</c> take: a scenario, and what becomes of the result.</summary>
/// <param name="live">Whether the verb runs on sockets, where a Toxiproxy server may do the faults.</param>
internal sealed class RunSymbols(bool live)
{
    private const int LowestFailExitCode = 2;
    private const int HighestExitCode = 255;

    private readonly ScenarioSymbols _scenario = new(live: live);
    private readonly Option<ulong?> _seed = SharedOptions.Seed();
    private readonly Option<string?> _folder = new("--out")
    {
        HelpName = "DIR",
        Description = "Write summary.json, TEST-lbtool.xml (JUnit) and summary.md into this folder",
    };

    private readonly Option<string?> _events = new("--events")
    {
        HelpName = "FILE",
        Description = "Write what happened to every request and every fault, one JSON object a line",
    };

    private readonly Option<OutputFormat> _format =
        SharedOptions.Format("What standard output carries: text, or summary.json alone with progress on stderr (default: text)");

    private readonly Option<bool> _noGate = new("--no-gate") { Description = "Report, but exit 0 whether expectations passed, failed or stayed open" };
    private readonly Option<int?> _failExitCode = SharedOptions.One("--fail-exit-code", "N", "Exit code when an expectation failed (default: 99)", ReadExitCode);
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress, the result alone" };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        _scenario.AddTo(verb);
        foreach (var option in new Option[] { _seed, _folder, _events, _format, _noGate, _failExitCode, _quiet })
        {
            verb.Add(option);
        }

        verb.Validators.Add(result =>
        {
            if (result.GetResult(_noGate) is not null && result.GetResult(_failExitCode) is not null)
            {
                result.AddError("--no-gate never fails, so --fail-exit-code has no use with it: give one of them");
            }
        });
    }

    /// <summary>What was asked for.</summary>
    public RunOptions Read(ParseResult parsed, RunVerb verb) => new(
        verb,
        _scenario.Read(parsed),
        parsed.GetValue(_seed),
        parsed.GetValue(_folder),
        parsed.GetValue(_format),
        Gate: !parsed.GetValue(_noGate),
        FailExitCode: parsed.GetValue(_failExitCode) ?? ExitCodes.Failed,
        parsed.GetValue(_quiet),
        SharedOptions.IsVerbose(parsed))
    {
        Events = parsed.GetValue(_events),
    };

    // 0 would hide a failure, and 1 is what dotnet itself ends with.
    private static (int?, string?) ReadExitCode(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= LowestFailExitCode and <= HighestExitCode
            ? (code, null)
            : (null, $"a whole number from {LowestFailExitCode} to {HighestExitCode}: 0 would hide the failure (see --no-gate), and dotnet itself ends with 1");
}
