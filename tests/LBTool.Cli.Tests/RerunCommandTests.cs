using System.Collections.Immutable;
using System.Diagnostics;
using LBTool.Cli.Commands;
using LBTool.Core.Balancing;

namespace LBTool.Cli.Tests;

public class RerunCommandTests
{
    [Fact]
    public void Has_everything_that_makes_the_run_what_it_was()
    {
        var request = new ScenarioRequest(
            "my scenarios/slow.lb.yaml",
            SharedOptions.WithDefaults(Balancers.Find("p2c")!),
            ImmutableSortedDictionary<string, string>.Empty.Add("rate", "500"),
            ["p99 < 60ms"],
            new Uri("http://localhost:8474"));

        Assert.Equal(
            "lbtool run 'my scenarios/slow.lb.yaml' --seed 42 --algo power-of-two-choices --var rate=500 --expect 'p99 < 60ms' --toxiproxy http://localhost:8474",
            RerunCommand.Write(request, 42));
    }

    [Theory]
    [InlineData("plain.lb.yaml", "plain.lb.yaml")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("it's", "'it''s'")]
    public void Quotes_for_PowerShell(string word, string quoted) =>
        Assert.Equal(quoted, RerunCommand.Quote(word, forPowerShell: true));

    [Fact]
    public async Task A_POSIX_shell_reads_back_what_was_quoted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh");
        string[] words = ["it's", "p99{backend=b1} < 60ms", "a\\b", "$(echo no)", "", "*", "\"", "~", "a;b", "#x", "!x"];
        var line = string.Join(' ', words.Select(word => RerunCommand.Quote(word, forPowerShell: false)));
        var start = new ProcessStartInfo("sh", ["-c", $"printf '%s\\n' {line}"]) { RedirectStandardOutput = true };

        using var shell = Process.Start(start)!;
        var read = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(words, read[..^1].Split('\n'));
    }
}
