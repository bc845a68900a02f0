using LBTool.Cli.Commands;
using LBTool.Core.Balancing;

namespace LBTool.Cli.Tests;

public class CompletionsTests
{
    [Fact]
    public async Task Each_shell_has_a_script_that_asks_lbtool()
    {
        Assert.Equal(["bash", "zsh", "fish", "pwsh"], Shells.All.Select(row => row.Name));
        foreach (var row in Shells.All)
        {
            var script = await TestTerminal.RunAsync("completions", row.Name);

            Assert.Equal(0, script.Code);
            Assert.Contains("[suggest:", script.Output);
            Assert.Contains($"lbtool completions {row.Name}", row.Install);
        }
    }

    [Fact]
    public void Algorithms_are_completed_by_name_and_alias() =>
        Assert.Equal(
            Balancers.All.SelectMany(row => row.Names).Order(),
            CommandTree.Root.Parse("run x --algo ").GetCompletions().Select(item => item.Label).Order());

    [Fact]
    public void Scenarios_are_completed_by_the_built_in_names() =>
        Assert.Contains("slow-backend", CommandTree.Root.Parse("run ").GetCompletions().Select(item => item.Label));
}
