using LBTool.Cli.Commands;

namespace LBTool.Cli.Tests;

public class HelpTests
{
    public static TheoryData<string> Verbs => [.. CommandTree.Verbs.Keys];

    [Fact]
    public async Task Lbtool_help_ends_with_the_exit_codes()
    {
        var help = await TestTerminal.RunAsync("--help");

        Assert.Equal(0, help.Code);
        Screens.Verify("help.txt", help.Output);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Each_verb_has_help_with_examples(string words)
    {
        var help = await TestTerminal.RunAsync([.. words.Split(' '), "--help"]);

        Assert.Equal(0, help.Code);
        Screens.Verify($"help-{words.Replace(' ', '-')}.txt", help.Output);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Each_example_parses(string words)
    {
        var examples = Assert.IsType<Verb>(CommandTree.Verbs[words]).Examples;

        Assert.NotEmpty(examples);
        Assert.All(examples.Where(example => example.StartsWith("lbtool ", StringComparison.Ordinal)), example =>
        {
            var line = example["lbtool ".Length..].Split('>', '|')[0].Replace('\'', '"');
            Assert.Empty(CommandTree.Root.Parse(line).Errors);
        });
    }

    [Fact]
    public async Task Without_a_verb_help_goes_to_stderr_and_the_code_is_2()
    {
        var nothing = await TestTerminal.RunAsync();

        Assert.Equal(ExitCodes.Usage, nothing.Code);
        Assert.Empty(nothing.Output);
        Assert.Contains("Usage:", nothing.Error);
    }
}
