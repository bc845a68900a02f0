using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
using LBTool.Live.Load;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Load;

/// <summary>A client that keeps its connections, and sends when the test says so, one request at a time.</summary>
internal sealed class LoneClient : IDisposable
{
    private readonly Recording _recording = new();
    private readonly OpenRequests _open;
    private readonly SocketClient _client;

    /// <param name="server">Where its requests go.</param>
    /// <param name="connect">Makes a connection of a socket to an address.</param>
    public LoneClient(Uri server, Func<ClientOptions, Socket, EndPoint, SocketConnection> connect)
    {
        var load = Traffic.Open(rate: 1, seconds: 1);
        var options = new ClientOptions(server, new Dictionary<string, int>().ToFrozenDictionary(), new RunClock(), load, new RequestMix(load, seed: 1));
        _open = new OpenRequests(1, Traffic.Generous, options.Clock, _recording);
        _client = new SocketClient(
            options,
            () =>
            {
                var connection = connect(options, ClientSocket.Create(server, source: null), ClientSocket.EndPointOf(server));
                Connections.Add(connection);
                return connection;
            },
            keeps: true);
    }

    /// <summary>Those that it has made; the last one is idle between requests.</summary>
    public List<SocketConnection> Connections { get; } = [];

    /// <summary>Sends a request; gives what became of it.</summary>
    public async Task<RequestOutcome> AskAsync(long number)
    {
        await _client.ExchangeAsync(_open.TryOpen(number, intended: null)!, _open);
        return _recording.Ended()[^1].Outcome;
    }

    public void Dispose() => _client.Dispose();
}
