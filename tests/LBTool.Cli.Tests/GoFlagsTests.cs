using LBTool.Cli.Commands;

namespace LBTool.Cli.Tests;

public class GoFlagsTests
{
    [Theory]
    [InlineData("-host 127.0.0.1 -port 8474 -config x.json", "--host=127.0.0.1 --port=8474 --config=x.json")]
    [InlineData("--host=::1 -port=0", "--host=::1 --port=0")]
    [InlineData("-seed -5 --config -host", "--seed=-5 --config=-host")]
    [InlineData("-version", "--version")]
    [InlineData("-runtime-metrics -proxy-metrics=1", "--runtime-metrics --proxy-metrics=true")]
    [InlineData("-proxy-metrics=F --runtime-metrics=what", "--proxy-metrics=false --runtime-metrics=what")]
    [InlineData("-port", "--port")]
    [InlineData("-help", "--help")]
    [InlineData("--allow-remote -h -verbose x", "--allow-remote -h -verbose x")]
    public void The_command_line_of_toxiproxy_server_is_understood(string theirs, string ours) =>
        Assert.Equal($"toxiproxy {ours}".Split(' '), GoFlags.Translate($"toxiproxy {theirs}".Split(' ')));

    [Fact]
    public void Other_verbs_keep_their_arguments() =>
        Assert.Equal(["start", "-port", "1"], GoFlags.Translate(["start", "-port", "1"]));
}
