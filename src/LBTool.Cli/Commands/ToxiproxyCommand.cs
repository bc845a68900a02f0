using System.CommandLine;
using LBTool.Cli.Running;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool toxiproxy</c>: the fault proxy alone, in the place of a <c>toxiproxy-server</c>.</summary>
internal static class ToxiproxyCommand
{
    private const string DefaultHost = "localhost";
    private const int DefaultPort = 8474;

    private static readonly string[] AlsoWithOneDash = ["-host", "-port", "-config", "-seed"];

    /// <summary>Understands the options of <c>toxiproxy-server</c>, which have one dash, without two names for each in the help.</summary>
    public static IReadOnlyList<string> WithTwoDashes(IReadOnlyList<string> args) => args is ["toxiproxy", ..]
        ? [.. args.Select(arg => AlsoWithOneDash.Contains(arg.Split('=')[0]) ? $"-{arg}" : arg)]
        : args;

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var host = new Option<string?>("--host") { HelpName = "HOST", Description = "Where the API listens: a name or an address (default: localhost)" };
        var port = SharedOptions.Port("--port", "Port of the API; 0 takes a free one (default: 8474)");
        var config = new Option<string?>("--config") { HelpName = "FILE", Description = "JSON list of proxies to begin with, as for POST /populate" };
        var seed = SharedOptions.Seed();
        var remote = new Option<bool>("--allow-remote") { Description = "Let other machines in: API and proxies may listen beyond loopback" };
        var verb = new Verb("toxiproxy", "Run the fault proxy alone, with the HTTP API of Toxiproxy; Ctrl-C ends it",
            "lbtool toxiproxy", "lbtool toxiproxy --port 9474 --config toxiproxy.json")
        {
            host, port, config, seed, remote,
        };
        verb.SetAction((parsed, stop) => new ToxiproxySession(terminal, new ToxiproxySessionOptions(
            parsed.GetValue(host) ?? DefaultHost,
            parsed.GetValue(port) ?? DefaultPort,
            parsed.GetValue(config),
            parsed.GetValue(seed),
            parsed.GetValue(remote))).RunAsync(stop));
        return verb;
    }
}
