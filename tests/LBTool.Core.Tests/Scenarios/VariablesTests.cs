using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class VariablesTests
{
    private const string Text = """
        version: 1
        name: at ${rate} and ${seconds} s
        vars: { rate: 10/s, seconds: 5 }
        target: { backends: { count: 2 } }
        load:
          rate: ${rate}
          duration: ${seconds}s
        """;

    [Fact]
    public void Without_a_value_the_default_is_taken()
    {
        var scenario = Read(Text, []).Scenario!;

        Assert.Equal("at 10/s and 5 s", scenario.Name);
        Assert.Equal((10.0, TimeSpan.FromSeconds(5)), (scenario.Load.Rate, scenario.Load.Duration));
    }

    [Fact]
    public void A_value_given_wins_over_the_default() =>
        Assert.Equal(20, Read(Text, new() { ["rate"] = "20/s" }).Scenario!.Load.Rate);

    [Fact]
    public void A_value_that_nothing_uses_is_an_error_that_lists_what_is_used() =>
        Assert.Equal(
            ["--var rat: nothing in the scenario uses it; it uses: rate, seconds"],
            Messages(Text, new() { ["rat"] = "20/s" }));

    [Fact]
    public void A_value_for_a_scenario_without_variables_is_an_error() =>
        Assert.Equal(
            ["--var rate: nothing in the scenario uses it; it uses no variables"],
            Messages("version: 1\nname: x\ntarget: { backends: { count: 2 } }\nload: { rate: 1/s, duration: 1s }", new() { ["rate"] = "20/s" }));

    [Fact]
    public void A_value_of_the_wrong_form_is_reported_where_it_is_used() =>
        Assert.Equal(
            ["v.lb.yaml(6,9): rate: expected a rate such as 500/s or 30/m, at least 1/h, at most 1000000/s; found '20'; write 20/s for 20 a second"],
            Messages(Text, new() { ["rate"] = "20" }));

    [Fact]
    public void Variables_without_a_value_unused_ones_and_broken_ones_are_errors() =>
        Assert.Equal(
            [
                "v.lb.yaml(2,7): name: the variable 'rats' has no value; did you mean 'rate'? Else give it a default under vars, or --var rats=VALUE",
                "v.lb.yaml(3,9): the variable 'rate' is not used; write ${rate} where its value belongs, or remove it",
                "v.lb.yaml(3,30): seconds: a default cannot refer to another variable",
                "v.lb.yaml(6,9): rate: '${' begins a variable; write ${NAME}, a name of letters, digits, _ and -, a letter first",
            ],
            Messages(Text.Replace("at ${rate}", "at ${rats}").Replace("rate: ${rate}", "rate: ${ra te}").Replace("seconds: 5 ", "seconds: \"${rate}\" ")
                .Replace("${seconds}s", "5s"), []));

    private static ScenarioReading Read(string text, Dictionary<string, string> variables) =>
        ScenarioReader.Read(text, "v.lb.yaml", variables);

    private static IEnumerable<string> Messages(string text, Dictionary<string, string> variables) =>
        Read(text, variables).Problems.Select(problem => problem.ToString());
}
