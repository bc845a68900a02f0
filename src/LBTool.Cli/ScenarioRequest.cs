using System.Collections.Immutable;
using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;

namespace LBTool.Cli;

/// <summary>A scenario as a command line asks for it: where it is, and what is different from what it says.</summary>
/// <param name="FileOrName">A file, or the name of a built-in scenario.</param>
/// <param name="Algorithm">Instead of the scenario's; null to keep it.</param>
/// <param name="Variables">Values of its variables.</param>
/// <param name="Expectations">In addition to the scenario's.</param>
/// <param name="Toxiproxy">A Toxiproxy server that does the faults of the links; null for what the scenario says.</param>
internal sealed record ScenarioRequest(
    string FileOrName,
    AlgorithmChoice? Algorithm,
    ImmutableSortedDictionary<string, string> Variables,
    ImmutableArray<string> Expectations,
    Uri? Toxiproxy = null)
{
    private const string CommandLineOrigin = "--expect";

    /// <summary>Reads, changes and checks the scenario.</summary>
    /// <exception cref="Failure">Everything that is wrong, one problem a line.</exception>
    public async Task<Scenario> LoadAsync(CancellationToken stop)
    {
        var source = await ScenarioSource.ReadAsync(FileOrName, stop);
        var reading = ScenarioReader.Read(source.Text, source.Name, Variables);
        if (reading.Scenario is null)
        {
            throw Failure.Usage(string.Join('\n', reading.Problems));
        }

        var scenario = Change(reading.Scenario);
        var problems = scenario.Expect.Select(expectation => Check(expectation, scenario)).OfType<string>()
            .Concat(ToxiproxyEngine.Problems(scenario).Select(problem => $"--toxiproxy: {problem}")).ToArray();
        return problems.Length == 0 ? scenario : throw Failure.Usage(string.Join('\n', problems));
    }

    private Scenario Change(Scenario scenario) => scenario with
    {
        Target = (Algorithm is null ? scenario.Target : scenario.Target.Under(Algorithm)) with
        {
            Toxiproxy = Toxiproxy ?? scenario.Target.Toxiproxy,
        },
        Expect = [.. scenario.Expect, .. Expectations.Select(text => new ExpectationText(text, Abort: false, TimeSpan.Zero, CommandLineOrigin))],
    };

    private static string? Check(ExpectationText written, Scenario scenario)
    {
        var parsing = ExpectationParser.Parse(written.Text);
        if (parsing.Expectation is null)
        {
            return Point(written, parsing.Position, parsing.Error!);
        }

        var problems = ExpectationChecker.Check(parsing.Expectation, scenario);
        return problems.IsEmpty ? null
            : string.Join('\n', problems.Select(problem => Point(written, problem.Position, problem.Message)));
    }

    private static string Point(ExpectationText written, int position, string message) =>
        $"{written.Origin}: {message}\n  {written.Text}\n  {new string(' ', Math.Max(0, position))}^";
}
