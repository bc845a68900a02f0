using System.Globalization;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Reports;

namespace LBTool.Cli.Rendering;

/// <summary>What a scenario ends with that ran with several seeds: each expectation's value over all of them.</summary>
internal static class SeedsScreen
{
    /// <summary>Writes it.</summary>
    public static void Write(Report report, IReadOnlyList<Judgement> judgements, TextWriter output)
    {
        var last = report.Attempts[^1].Seed;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Verdict.ToString().ToUpperInvariant()}  {report.Scenario}, {judgements.Count} seeds ({report.Seed} … {last}): {report.Reason}"));
        output.WriteLine();
        if (judgements[0].Outcomes.Length > 0)
        {
            var rows = Enumerable.Range(0, judgements[0].Outcomes.Length)
                .Select(place => Row([.. judgements.Select(judgement => judgement.Outcomes[place])]));
            TextTable.Write([["expectation", "mean ± 95 %", "least … most", "passed"], .. rows], output);
            output.WriteLine();
        }

        output.WriteLine("run it again:");
        output.WriteLine($"  {report.Rerun} --repeat {judgements.Count}");
    }

    private static string[] Row(ExpectationOutcome[] outcomes)
    {
        var values = outcomes.Where(outcome => outcome.Value is not null).Select(outcome => outcome.Value!.Value).ToArray();
        var passed = $"{outcomes.Count(outcome => outcome.Verdict == Verdict.Passed)} of {outcomes.Length}";
        if (values.Length == 0)
        {
            return [outcomes[0].Text, "-", "-", passed];
        }

        var unit = values[0].Unit;
        var mean = MeanInterval.Of([.. values.Select(value => value.Value)]);
        var range = mean.HalfWidth is { } half ? $" ± {new Measured(half, unit)}" : "";
        return
        [
            outcomes[0].Text,
            $"{new Measured(mean.Mean, unit)}{range}",
            $"{values.MinBy(value => value.Value)} … {values.MaxBy(value => value.Value)}",
            passed,
        ];
    }
}
