using System.Net;
using System.Net.Sockets;
using LBTool.Core.Scenarios;
using LBTool.Live;
using LBTool.Live.Toxiproxy;

namespace LBTool.Cli.Running;

/// <summary>What the command line of <c>lbtool toxiproxy</c> asks for.</summary>
/// <param name="Host">Where the API listens: a name or an address.</param>
/// <param name="Port">0 for any free port.</param>
/// <param name="Config">File with proxies to begin with; null for none.</param>
/// <param name="Seed">Root of all randomness; null to choose one.</param>
/// <param name="RuntimeMetrics">Whether <c>/metrics</c> tells about this process too.</param>
/// <param name="AllowRemote">Whether other machines may connect.</param>
internal sealed record ToxiproxySessionOptions(string Host, int Port, string? Config, ulong? Seed, bool RuntimeMetrics, bool AllowRemote);

/// <summary>One <c>lbtool toxiproxy</c>: serves until a signal ends it.</summary>
internal sealed class ToxiproxySession(Terminal terminal, ToxiproxySessionOptions options)
{
    /// <summary>Returns 130 or 143, by the signal that ended it.</summary>
    /// <exception cref="Failure">The host is unknown, or not on loopback without leave.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var seed = options.Seed ?? (ulong)Random.Shared.Next();
        var listen = new IPEndPoint(await ResolveHostAsync(stop), options.Port);
        await using var server = new ToxiproxyServer(new ToxiproxyOptions
        {
            Listen = listen,
            Seed = seed,
            RuntimeMetrics = options.RuntimeMetrics,
            AllowRemote = options.AllowRemote,
        });
        await server.StartAsync(stop);
        await PopulateAsync(server);
        await terminal.Output.WriteLineAsync($"toxiproxy  {server.Address}  seed {seed}");
        await terminal.Output.WriteLineAsync("Ctrl-C ends");

        // Beside the first requests and not before them: a client waits for the port, not for a compiled path.
        _ = Rehearsal.RunAsync(Protocol.Http, new HttpVersions());
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await terminal.Output.WriteLineAsync("ended");
        }

        return terminal.Signals.ExitCode;
    }

    private async Task<IPAddress> ResolveHostAsync(CancellationToken stop)
    {
        var address = options.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(options.Host, out var literal) ? literal
            : await LookUpAsync(stop);
        return options.AllowRemote || IPAddress.IsLoopback(address)
            ? address
            : throw Failure.Usage($"--host '{options.Host}': lets other machines control the proxies, without a password; add --allow-remote if that is wanted");
    }

    private async Task<IPAddress> LookUpAsync(CancellationToken stop)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(options.Host, stop);
            return found.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork).First();
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException or InvalidOperationException)
        {
            throw Failure.Environment($"--host '{options.Host}': no such host; use localhost, or an address of this machine");
        }
    }

    // As in Toxiproxy, a broken file is told and the server starts all the same: its clients can still populate it.
    private async Task PopulateAsync(ToxiproxyServer server)
    {
        if (options.Config is null)
        {
            return;
        }

        try
        {
            var (proxies, error) = await server.PopulateAsync(await File.ReadAllBytesAsync(options.Config));
            foreach (var proxy in proxies)
            {
                await terminal.Output.WriteLineAsync($"proxy      {proxy}");
            }

            if (error is not null)
            {
                await terminal.Error.WriteLineAsync($"--config '{options.Config}': {error}");
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"--config '{options.Config}': {unreadable.Message}");
        }
    }
}
