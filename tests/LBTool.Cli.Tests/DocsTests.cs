using System.Text.RegularExpressions;

namespace LBTool.Cli.Tests;

/// <summary>docs/cli.md and the real command tree say the same, both ways.</summary>
public partial class DocsTests
{
    private static readonly string Docs = Checkout.Read("docs/cli.md");

    [Fact]
    public void Every_verb_has_a_section_and_every_section_a_verb()
    {
        var sections = SectionHeading().Matches(Docs).Select(match => match.Groups["words"].Value);

        Assert.True(CommandTree.Verbs.Count >= 9, "verbs got lost");
        Assert.Equal(CommandTree.Verbs.Keys.Order(), sections.Order());
    }

    [Fact]
    public void Every_section_lists_exactly_the_options_of_its_verb() =>
        Assert.All(CommandTree.Verbs, verb => Assert.Equal(
            verb.Value.Options.Select(option => option.Name).Order(),
            OptionRow().Matches(Section($"## `lbtool {verb.Key}`")).Select(match => match.Groups["name"].Value).Order()));

    [Fact]
    public void The_section_for_everywhere_lists_exactly_the_options_of_lbtool() =>
        Assert.Equal(
            CommandTree.Root.Options.Select(option => option.Name).Order(),
            OptionRow().Matches(Section("## Everywhere")).Select(match => match.Groups["name"].Value).Order());

    [Fact]
    public void Each_option_is_documented_with_the_name_of_its_value() =>
        Assert.All(CommandTree.Verbs, verb => Assert.All(verb.Value.Options.Where(option => option.HelpName is not null), option =>
            Assert.Contains($"| `{option.Name} {option.HelpName!.Replace("|", "\\|")}` |", Section($"## `lbtool {verb.Key}`"))));

    [Fact]
    public void The_exit_codes_are_those_of_the_table()
    {
        var documented = CodeRow().Matches(Section("## Exit codes")).Select(match => int.Parse(match.Groups["code"].Value));

        Assert.Equal(ExitCodes.All.Select(row => row.Code), documented);
        Assert.DoesNotContain(1, documented);
    }

    private static string Section(string heading)
    {
        var start = Docs.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/cli.md has no section {heading}");
        var end = Docs.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? Docs[start..] : Docs[start..end];
    }

    [GeneratedRegex("^## `lbtool (?<words>[a-z ]+)`$", RegexOptions.Multiline)]
    private static partial Regex SectionHeading();

    [GeneratedRegex(@"^\| `(?<name>--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex(@"^\| (?<code>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex CodeRow();
}
