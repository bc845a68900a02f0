using System.CommandLine;
using System.Globalization;
using LBTool.Cli.Running;
using LBTool.Live.Toxiproxy;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool toxiproxy</c>: the fault proxy alone, in the place of a <c>toxiproxy-server</c>.</summary>
internal static class ToxiproxyCommand
{
    private const string DefaultHost = "localhost";
    private const int DefaultPort = 8474;

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var host = new Option<string?>("--host") { HelpName = "HOST", Description = "Where the API listens: a name or an address (default: localhost)" };
        var port = SharedOptions.Port("--port", "Port of the API; 0 takes a free one (default: 8474)");
        var config = new Option<string?>("--config") { HelpName = "FILE", Description = "JSON list of proxies to begin with, as for POST /populate" };
        var seed = SharedOptions.One<ulong?>("--seed", "N", "Root of all randomness; chosen and printed if absent", ReadSeed);
        var metrics = new Option<bool>("--runtime-metrics") { Description = "Show processor time, memory, threads and garbage collections in /metrics too" };
        var proxyMetrics = new Option<bool>("--proxy-metrics") { Description = "For toxiproxy-server's sake: the bytes of the proxies are in /metrics in any case" };
        var version = new Option<bool>("--version") { Description = "Print the version that the API tells, and end" };
        var remote = new Option<bool>("--allow-remote") { Description = "Let other machines in: API and proxies may listen beyond loopback" };
        var verb = new Verb("toxiproxy", "Run the fault proxy alone, with the HTTP API of Toxiproxy; Ctrl-C ends it",
            "lbtool toxiproxy", "lbtool toxiproxy --port 9474 --config toxiproxy.json")
        {
            host, port, config, seed, metrics, proxyMetrics, version, remote,
        };
        verb.SetAction((parsed, stop) => parsed.GetValue(version) ? PrintVersionAsync(terminal) : new ToxiproxySession(
            terminal,
            new ToxiproxySessionOptions(
                parsed.GetValue(host) ?? DefaultHost,
                parsed.GetValue(port) ?? DefaultPort,
                parsed.GetValue(config),
                parsed.GetValue(seed),
                parsed.GetValue(metrics),
                parsed.GetValue(remote))).RunAsync(stop));
        return verb;
    }

    // In the words of the original, for scripts that look for them.
    private static async Task<int> PrintVersionAsync(Terminal terminal)
    {
        await terminal.Output.WriteLineAsync($"toxiproxy-server version {ToxiproxyServer.SpokenVersion}");
        return ExitCodes.Passed;
    }

    // The original's seeds are signed.
    private static (ulong?, string?) ReadSeed(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? (seed, null)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed) ? (unchecked((ulong)signed), null)
        : (null, $"a whole number from {long.MinValue} to {ulong.MaxValue}");
}
