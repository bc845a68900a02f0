using System.Text.RegularExpressions;
using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Tests;

/// <summary>What the README shows is what lbtool takes and prints.</summary>
public partial class ReadmeTests
{
    private static readonly string Readme = Checkout.Read("README.md");

    [Fact]
    public void Every_command_line_shown_is_one_that_lbtool_takes()
    {
        var lines = Blocks("sh").SelectMany(block => block.Split('\n'))
            .Select(line => LbtoolCall().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups["args"].Value.Trim())
            .ToArray();
        Assert.True(lines.Length >= 7, "command lines got lost");
        Assert.All(lines, line => Assert.Empty(CommandTree.Root.Parse(line).Errors));
    }

    [Fact]
    public void The_scenario_shown_is_valid_with_its_expectations()
    {
        var reading = ScenarioReader.Read(Assert.Single(Blocks("yaml")), "README.md");
        Assert.Empty(reading.Problems);
        Assert.NotEmpty(reading.Scenario!.Expect);
        Assert.All(reading.Scenario.Expect, expectation => Assert.Null(ExpectationParser.Parse(expectation.Text).Error));
    }

    [Fact]
    public void The_outputs_shown_have_the_expectations_of_the_built_in_scenario()
    {
        var text = BuiltInScenarios.Find("slow-backend")!.Text;
        var expected = ScenarioReader.Read(text, "slow-backend").Scenario!.Expect.Select(expectation => expectation.Text).ToArray();
        var outputs = Blocks("text");
        Assert.Equal(2, outputs.Length);
        Assert.All(outputs, output => Assert.All(expected, expectation => Assert.Contains(expectation, output)));
    }

    private static string[] Blocks(string language) =>
        [.. Fence().Matches(Readme).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["text"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:lbtool|dotnet run .* --) (?<args>[^#]+)")]
    private static partial Regex LbtoolCall();
}
