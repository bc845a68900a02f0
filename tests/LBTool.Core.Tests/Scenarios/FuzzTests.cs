using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class FuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ": ", ",", "-", "\n", "\n  ", "\t", "'", "\"", "#", "&a ", "*a", "!", "!!str ", "|", ">", "%", "@", "`", "?", "~",
        "---", "...", "<<: ", "null", "true", "0", "-1", "1e9", "NaN", "99999999999999999999", "10ms", "5%", "end", "start + 1s", "b1", "slow-b1.end",
        "${x}", "${", "\u0000", "\uFEFF", "é", "\ud83d", "start", "\\", "\r",
    ];

    [Fact]
    public void No_mutation_of_a_scenario_throws_or_is_refused_without_a_problem()
    {
        const int Mutations = 20_000;
        string[] seeds =
            [Samples.SlowBackend, Samples.Drain, Samples.FallRise, .. BuiltInScenarios.All.Select(scenario => scenario.Text)];
        var random = new RandomStream(1);
        var readable = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var text = Mutate(seeds[random.Next(seeds.Length)], random);
            try
            {
                var reading = ScenarioReader.Read(text, "fuzz.lb.yaml");
                Assert.Equal(reading.Scenario is null, !reading.Problems.IsEmpty);
                Assert.All(reading.Problems, problem => Assert.True(problem.Line >= 1 && problem.Column >= 1 && problem.Message.Length > 0));
                readable += reading.Scenario is null ? 0 : 1;
            }
            catch (Exception error) when (error is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"mutation {i} threw {error}\n{text}");
            }
        }

        // Comments and values soak up some mutations; if none were readable, the fuzzer would only test the scanner.
        Assert.InRange(readable, Mutations / 100, Mutations - (Mutations / 10));
    }

    private static string Mutate(string text, RandomStream random)
    {
        for (var changes = 1 + random.Next(3); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(12), text.Length - at);
            text = random.Next(5) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]),
                3 => text.Insert(random.Next(text.Length), text.Substring(at, length)),
                _ => SwapLines(text, random),
            };
            text = text.Length == 0 ? "x" : text;
        }

        return text;
    }

    private static string SwapLines(string text, RandomStream random)
    {
        var lines = text.Split('\n');
        var (a, b) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[a], lines[b]) = (lines[b], lines[a]);
        return string.Join('\n', lines);
    }
}
