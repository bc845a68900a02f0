using System.Management.Automation;
using System.Management.Automation.Language;

namespace LBTool.PowerShell.Tests;

/// <summary>Get-Help is complete, and what it shows works.</summary>
public class HelpTests
{
    private static readonly string[] FromTheEngine = ["WhatIf", "Confirm"];

    public static TheoryData<string> Names => [.. CmdletDocs.All.Select(cmdlet => cmdlet.Name)];

    public static TheoryData<string> Examples => [.. CmdletDocs.All.SelectMany(cmdlet => cmdlet.Examples).Select(example => example.Code)];

    [Fact]
    public void The_help_file_is_what_the_comments_say() =>
        Golden.Check("module/LBChaos/en-US/LBTool.PowerShell.dll-Help.xml", Maml.Write(CmdletDocs.All));

    [Theory]
    [MemberData(nameof(Names))]
    public void Get_Help_has_a_synopsis_every_parameter_and_an_example(string name)
    {
        using var engine = new Engine();
        var cmdlet = CmdletDocs.All.Single(candidate => candidate.Name == name);

        Assert.Equal(cmdlet.Summary, engine.Value<string>($"(Get-Help {name} -Full).Synopsis"));
        var parameters = engine.Good($"(Get-Help {name} -Full).parameters.parameter | Where-Object name | ForEach-Object {{ \"$($_.name)=$($_.description.Text)\" }}")
            .Select(parameter => ((string)parameter.BaseObject).Split('=', 2)).ToDictionary(parameter => parameter[0], parameter => parameter[1]);
        var real = engine.Good($"(Get-Command {name}).Parameters.Keys").Select(key => (string)key.BaseObject)
            .Except(Cmdlet.CommonParameters).Except(FromTheEngine);
        Assert.Equal(cmdlet.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Text), parameters);
        Assert.Equal(real.Order(), parameters.Keys.Order());
        Assert.NotEmpty(engine.Good($"(Get-Help {name} -Full).examples.example"));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_PowerShell_with_parameters_that_there_are(string code) => Check(code);

    [Fact]
    public void The_topic_about_the_module_names_every_cmdlet()
    {
        var about = Checkout.Read("module/LBChaos/en-US/about_LBChaos.help.txt");

        Assert.All(CmdletDocs.All, cmdlet => Assert.Contains(cmdlet.Name, about));
        Assert.All(about.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Get_Help_finds_the_topic()
    {
        using var engine = new Engine();

        Assert.Contains("Load-balancer chaos", engine.Value<string>("Get-Help about_LBChaos"));
    }

    [Fact]
    public void The_page_of_the_docs_names_every_cmdlet_and_every_error()
    {
        var page = Checkout.Read("docs/powershell.md");

        Assert.All(CmdletDocs.All, cmdlet => Assert.Contains($"| `{cmdlet.Name}` |", page));
        Assert.All(Reason.All, reason => Assert.Contains($"| `{reason.Id}` | `{reason.Category}` |", page));
        var blocks = page.Split("```powershell\n").Skip(1).Select(block => block.Split("\n```")[0]).ToArray();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, Check);
    }

    // Parsed by PowerShell itself; then each of our cmdlets in it must have the parameters that it is given.
    private static void Check(string code)
    {
        var script = Parser.ParseInput(code, out _, out var errors);
        Assert.Empty(errors);
        var calls = script.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();
        foreach (var call in calls)
        {
            if (CmdletDocs.All.FirstOrDefault(cmdlet => cmdlet.Name == call.GetCommandName()) is { } cmdlet)
            {
                Assert.All(call.CommandElements.OfType<CommandParameterAst>(), used => Assert.Contains(
                    used.ParameterName, cmdlet.Parameters.Select(parameter => parameter.Name).Concat(Cmdlet.CommonParameters).Concat(FromTheEngine)));
            }
            else
            {
                Assert.DoesNotContain("LBChaos", call.GetCommandName() ?? "");
            }
        }
    }
}
