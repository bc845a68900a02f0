using System.CommandLine;
using System.Globalization;
using LBTool.Cli.Running;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool run</c>: runs a scenario against sockets, and judges it.</summary>
internal static class RunCommand
{
    private const int LowestFailExitCode = 2;
    private const int HighestExitCode = 255;

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var scenario = new ScenarioSymbols();
        var seed = SharedOptions.Seed();
        var folder = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description = "Write summary.json, TEST-lbtool.xml (JUnit) and summary.md into this folder",
        };
        var format = SharedOptions.Format("What standard output carries: text, or summary.json alone with progress on stderr (default: text)");
        var noGate = new Option<bool>("--no-gate") { Description = "Report, but exit 0 whether expectations passed, failed or stayed open" };
        var failExitCode = SharedOptions.One("--fail-exit-code", "N", "Exit code when an expectation failed (default: 99)", ReadExitCode);
        var quiet = new Option<bool>("--quiet") { Description = "No progress, the result alone" };
        var verb = new Verb("run", "Run a scenario on loopback: backends, balancer, load and faults; then judge it",
            "lbtool run slow-backend",
            "lbtool run slow-backend --algo rr --seed 42",
            "lbtool run checkout.lb.yaml --var rate=500 --expect 'p95 < 40ms' --out results",
            "lbtool run checkout.lb.yaml --format json --no-gate > summary.json");
        scenario.AddTo(verb);
        foreach (var option in new Option[] { seed, folder, format, noGate, failExitCode, quiet })
        {
            verb.Add(option);
        }

        verb.Validators.Add(result =>
        {
            if (result.GetResult(noGate) is not null && result.GetResult(failExitCode) is not null)
            {
                result.AddError("--no-gate never fails, so --fail-exit-code has no use with it: give one of them");
            }
        });
        verb.SetAction((parsed, stop) => new RunSession(terminal, new RunOptions(
            scenario.Read(parsed),
            parsed.GetValue(seed),
            parsed.GetValue(folder),
            parsed.GetValue(format),
            Gate: !parsed.GetValue(noGate),
            FailExitCode: parsed.GetValue(failExitCode) ?? ExitCodes.Failed,
            parsed.GetValue(quiet),
            SharedOptions.IsVerbose(parsed))).RunAsync(stop));
        return verb;
    }

    // 0 would hide a failure, and 1 is what dotnet itself ends with.
    private static (int?, string?) ReadExitCode(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= LowestFailExitCode and <= HighestExitCode
            ? (code, null)
            : (null, $"a whole number from {LowestFailExitCode} to {HighestExitCode}: 0 would hide the failure (see --no-gate), and dotnet itself ends with 1");
}
