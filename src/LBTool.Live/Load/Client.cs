using System.Collections.Frozen;
using System.Net;
using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>One client: connections of its own, all from one source address, and nothing in common with the others.</summary>
internal abstract class Client : IDisposable
{
    /// <summary>The clients of a run.</summary>
    /// <param name="options">What they share.</param>
    /// <param name="httpVersion">1 or 2.</param>
    public static IEnumerable<Client> Create(ClientOptions options, int httpVersion)
    {
        var count = options.Load.Clients;
        var binds = count > 1 && SourceAddresses.CanReach(options.Target);
        return Enumerable.Range(0, count).Select(index =>
        {
            var address = ClientAddress.Of(index, count);
            return Create(options, httpVersion, binds ? address : null, count > 1 && !binds ? address.ToString() : null);
        });
    }

    /// <summary>
    /// Sends a request and reads its answer to the end; whatever happens becomes the request's end. Returns when the
    /// client is ready for the next one.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="open">Those that it is one of.</param>
    public async Task ExchangeAsync(OpenRequest request, OpenRequests open)
    {
        Exchange exchange;
        try
        {
            exchange = await AskAsync(request).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            exchange = new Exchange(Outcomes.Of(exception, request.HasHead));
        }

        open.End(request, exchange.Outcome);
        if (exchange.Parting is { } parting)
        {
            await parting.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Sends the request once, notes its answer's head, and returns or throws what became of it.</summary>
    protected abstract ValueTask<Exchange> AskAsync(OpenRequest request);

    private static Client Create(ClientOptions options, int httpVersion, IPAddress? source, string? forwardedFor)
    {
        var target = options.Target;
        var endPoint = ClientSocket.EndPointOf(target);
        if (target.Scheme == ClientOptions.Tcp)
        {
            var keeps = options.Load.Connections == ConnectionUse.Kept;
            return new SocketClient(options, () => new LineConnection(ClientSocket.Create(target, source), endPoint), keeps);
        }

        if (httpVersion == 2)
        {
            return new Http2Client(options, source, forwardedFor);
        }

        var requests = new Http1Requests(options, forwardedFor);
        return new SocketClient(options, () => new Http1Connection(ClientSocket.Create(target, source), endPoint, requests), keeps: true);
    }
}

/// <summary>What became of a request.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Parting">When its connection has ended too, if that ends with it; null: nothing is left to wait for.</param>
internal readonly record struct Exchange(RequestOutcome Outcome, Task? Parting = null);

/// <summary>What all clients of a run share.</summary>
/// <param name="Target">Where requests go: <c>http://…</c> or <c>tcp://…</c>.</param>
/// <param name="Backends">Index by name.</param>
/// <param name="Clock">The time of the run.</param>
/// <param name="Load">The traffic.</param>
/// <param name="Mix">Says what each request asks for.</param>
internal sealed record ClientOptions(
    Uri Target, FrozenDictionary<string, int> Backends, RunClock Clock, Core.Scenarios.Load Load, RequestMix Mix)
{
    /// <summary>The scheme of a target that balances connections.</summary>
    public const string Tcp = "tcp";

    /// <summary>What the requests of a client say; each needs its own.</summary>
    public RequestText CreateText() => new(Load, Mix, Target.PathAndQuery);

    /// <summary>Index of the backend of that name; −1 when there is none.</summary>
    public int IndexOf(ReadOnlySpan<char> backend) =>
        Backends.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(backend, out var index) ? index : -1;
}
