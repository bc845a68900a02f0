using System.CommandLine;
using LBTool.Cli.Running;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool start</c>: a balancer with fake backends to play with, until Ctrl-C.</summary>
internal static class StartCommand
{
    private const int MostBackends = 1000;
    private static readonly TimeSpan LongestLatency = TimeSpan.FromHours(1);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var protocol = SharedOptions.One<Protocol?>("--protocol", "http|tcp", "What is balanced: requests or connections (default: http)", ReadProtocol);
        protocol.CompletionSources.Add("http", "tcp");
        var algorithm = SharedOptions.Algorithm();
        var backends = SharedOptions.One("--backends", "N", "How many backends (default: 3)", text => SharedOptions.WholeNumber(text, 1, MostBackends));
        var latency = SharedOptions.One("--latency", "DURATION", "How long a backend takes to answer (default: 10ms)", ReadLatency);
        var port = SharedOptions.Port("--port", "Port of the balancer (default: any free one)");
        var seed = SharedOptions.Seed();
        var toxiproxy = SharedOptions.Toxiproxy();
        var toxiproxyPort = SharedOptions.Port("--toxiproxy-port", "Port of the Toxiproxy API of the built-in fault proxies (default: any free one)");
        var quiet = new Option<bool>("--quiet") { Description = "No status lines" };
        var verb = new Verb("start", "Start a balancer and fake backends on loopback; Ctrl-C ends them",
            "lbtool start", "lbtool start --algo p2c --backends 5 --latency 20ms --port 8080", "lbtool start --protocol tcp")
        {
            protocol, algorithm, backends, latency, port, seed, quiet, toxiproxy, toxiproxyPort,
        };
        verb.SetAction((parsed, stop) => new StartSession(terminal, new StartOptions(
            parsed.GetValue(protocol) ?? Protocol.Http,
            parsed.GetValue(algorithm) ?? SharedOptions.WithDefaults(Balancers.All[0]),
            parsed.GetValue(backends) ?? 3,
            parsed.GetValue(latency) ?? TimeSpan.FromMilliseconds(10),
            parsed.GetValue(port) ?? 0,
            parsed.GetValue(seed),
            parsed.GetValue(quiet),
            parsed.GetValue(toxiproxy),
            parsed.GetValue(toxiproxyPort) ?? 0)).RunAsync(stop));
        return verb;
    }

    private static (Protocol?, string?) ReadProtocol(string text) => text switch
    {
        "http" => (Protocol.Http, null),
        "tcp" => (Protocol.Tcp, null),
        _ => (null, "http or tcp"),
    };

    private static (TimeSpan?, string?) ReadLatency(string text) =>
        Durations.TryParse(text, out var latency) && latency >= TimeSpan.Zero && latency <= LongestLatency
            ? (latency, null)
            : (null, $"{Durations.Forms}, up to {Durations.Format(LongestLatency)}");
}
