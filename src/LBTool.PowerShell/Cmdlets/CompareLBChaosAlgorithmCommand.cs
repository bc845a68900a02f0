using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Runs a scenario once for each algorithm, all with the same seed, and ranks them.</summary>
/// <remarks>Passed before inconclusive before failed, then by errors, 99th percentile and median. It informs and gates nothing.</remarks>
/// <example>
///   <code>Compare-LBChaosAlgorithm slow-backend -Simulate</code>
///   <para>Every algorithm, in virtual time.</para>
/// </example>
/// <example>
///   <code>Compare-LBChaosAlgorithm checkout.lb.yaml -Algorithm rr, lc, p2c | Where-Object Passed</code>
///   <para>Which of three keep a promise, on real sockets.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "LBChaosAlgorithm", SupportsShouldProcess = true)]
[OutputType(typeof(ComparedAlgorithm))]
public sealed class CompareLBChaosAlgorithmCommand : ScenarioCmdlet
{
    private static readonly Regex Turn = new(@"\((?<done>\d+) of (?<all>\d+)\)", RegexOptions.CultureInvariant);

    /// <summary>The algorithms, by name or alias, with their default parameters and the key of the scenario; all by default.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(AlgorithmCompleter))]
    public string[] Algorithm { get; set; } = [];

    /// <summary>In virtual time, instead of on loopback.</summary>
    [Parameter]
    public SwitchParameter Simulate { get; set; }

    /// <summary>Root of all randomness, the same for all.</summary>
    [Parameter]
    public ulong? Seed { get; set; }

    private protected override void Process()
    {
        if (!ShouldProcess(Scenario, "compare"))
        {
            return;
        }

        var words = new List<string> { "compare" };
        words.AddRange(ScenarioWords());
        words.AddRange(Algorithm.Length == 0 ? [] : ["--algo", string.Join(",", Algorithm)]);
        words.AddRange(Simulate ? ["--simulate"] : []);
        words.AddRange(Seed is { } seed ? ["--seed", seed.ToString(CultureInfo.InvariantCulture)] : []);
        words.AddRange(["--format", "json"]);

        var record = new ProgressRecord(1, $"lbtool compare {Scenario}", "starting");
        var table = Json.Parse(Run(words, line => Show(record, line)));
        record.RecordType = ProgressRecordType.Completed;
        WriteProgress(record);
        WriteObject(
            table["runs"].Items.Select((row, place) => new ComparedAlgorithm(row, place + 1, table.Text("scenario"), table.Text("seed"))),
            enumerateCollection: true);
    }

    private void Show(ProgressRecord record, string line)
    {
        if (line.Trim().Length == 0)
        {
            return;
        }

        record.StatusDescription = line.Trim();
        if (Turn.Match(line) is { Success: true } turn)
        {
            record.PercentComplete = 100 * (int.Parse(turn.Groups["done"].Value, CultureInfo.InvariantCulture) - 1) / int.Parse(turn.Groups["all"].Value, CultureInfo.InvariantCulture);
        }

        WriteProgress(record);
    }
}
