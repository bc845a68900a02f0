using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using LBTool.Core.Runs;

namespace LBTool.Live.Toxiproxy.Client;

/// <summary>
/// A Toxiproxy server that does a run's faults. The run's proxies are named <c>lbtool-PROCESS-WORLD-BACKEND</c>, so
/// that runs side by side, and other users of the server, keep apart.
/// </summary>
internal sealed partial class ExternalToxiproxy : IDisposable
{
    private const int LowestMajorVersion = 2;
    private static int _worlds;

    private readonly Uri _address;
    private readonly ToxiproxyClient _client;
    private readonly string _prefix = $"lbtool-{Environment.ProcessId}-{Interlocked.Increment(ref _worlds)}-";

    private ExternalToxiproxy(Uri address)
    {
        _address = address;
        _client = new ToxiproxyClient(address);
    }

    /// <summary>Finds the server, and asks for its version.</summary>
    /// <exception cref="WorldException">There is none, or it is too old.</exception>
    public static async Task<ExternalToxiproxy> ConnectAsync(Uri address, CancellationToken stop)
    {
        var server = new ExternalToxiproxy(address);
        try
        {
            var version = await server._client.GetVersionAsync(stop).ConfigureAwait(false);
            var number = Number().Match(version);
            if (number.Success && int.Parse(number.Groups["major"].Value, CultureInfo.InvariantCulture) < LowestMajorVersion)
            {
                throw new WorldException($"The Toxiproxy at {address} is version {version}, which is too old: 2.0 or later is needed");
            }

            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Makes the proxy of one backend, on any free port.</summary>
    /// <exception cref="WorldException">The server does not.</exception>
    public async Task<ExternalMemberProxy> CreateProxyAsync(string backend, IPEndPoint upstream, CancellationToken stop)
    {
        var wanted = new ProxyMessage(_prefix + backend, "127.0.0.1:0", upstream.ToString(), Enabled: true);
        var made = await _client.CreateProxyAsync(wanted, stop).ConfigureAwait(false);
        return IPEndPoint.TryParse(made.Listen, out var listen)
            ? new ExternalMemberProxy(_client, made.Name, listen)
            : throw new WorldException($"What answers at {_address} is no Toxiproxy: its new proxy listens on '{made.Listen}', which is no address");
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex(@"^v?(?<major>\d{1,4})\.\d")]
    private static partial Regex Number();
}
