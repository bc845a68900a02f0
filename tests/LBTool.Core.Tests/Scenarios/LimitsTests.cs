using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class LimitsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n\n")]
    public void An_empty_file_says_how_to_start_one(string text) =>
        Assert.Equal(["x.lb.yaml(1,1): the file is empty; to start from an example: lbtool scenarios show slow-backend"], Messages(text));

    [Fact]
    public void A_file_that_is_too_large_is_not_looked_into() =>
        Assert.Equal(
            ["x.lb.yaml(1,1): the file is too large: more than 1,000,000 characters"], Messages(new string('[', 1_000_001)));

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void A_file_of_brackets_ends_with_a_message_and_not_with_the_stack(char bracket) =>
        Assert.Contains("nested deeper than 32 levels", Assert.Single(Messages(new string(bracket, 900_000))));

    [Fact]
    public void Of_thousands_of_problems_a_hundred_are_shown_and_the_rest_counted()
    {
        var messages = Messages(string.Concat(Enumerable.Range(0, 5000).Select(i => $"key{i}: 1\n")));

        Assert.Equal(101, messages.Count);
        Assert.EndsWith("and 4904 more problems", messages[^1]);
    }

    [Fact]
    public void Times_that_refer_to_each_other_twice_over_are_worked_out_once()
    {
        // Each phase refers to the one before it by both ends: followed blindly, the last costs 2^60 steps.
        var phases = string.Concat(Enumerable.Range(1, 60).Select(i => $"  p{i}: {{ from: p{i - 1}.end, until: p{i - 1}.end + 1s }}\n"));
        var reading = ScenarioReader.Read(Base + "phases:\n  p0: { until: 1s }\n" + phases, "x.lb.yaml");

        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chain_of_times_has_a_greatest_length(bool lastFirst)
    {
        var phases = Enumerable.Range(1, 70).Select(i => $"  p{i}: {{ from: p{i - 1}.end, until: p{i - 1}.end + 1s }}\n");
        var text = Base + "phases:\n  p0: { until: 1s }\n" + string.Concat(lastFirst ? phases.Reverse() : phases);

        Assert.All(Messages(text), message => Assert.EndsWith("more than 64 times in a row refer to each other", message));
    }

    [Fact]
    public void What_follows_a_scenario_in_JSON_is_told_as_that() => Assert.Equal(
        ["x.lb.yaml(1,18): the scenario is complete before this; remove what follows it, or look for a bracket that is closed too early"],
        Messages("{ \"version\": 1 } }"));

    [Theory]
    [InlineData("\0", 1, 1)]
    [InlineData("version: 1\nname: a\0b\n", 2, 8)]
    [InlineData("version: 1\n\0", 2, 1)]
    [InlineData("version: 1\n\nname: \uFFFF", 3, 7)]
    public void What_is_no_text_is_told_as_that(string text, int line, int column) => Assert.Equal(
        [$"x.lb.yaml({line},{column}): not a text file in UTF-8: no text has what is here; save the scenario in UTF-8, or name another file"],
        Messages(text));

    private const string Base = "version: 1\nname: x\ntarget: { backends: { count: 2 } }\nload: { rate: 1/s, duration: 100s }\n";

    private static List<string> Messages(string text)
    {
        var messages = ScenarioReader.Read(text, "x.lb.yaml").Problems.Select(problem => problem.ToString()).ToList();
        Assert.NotEmpty(messages);
        return messages;
    }
}
