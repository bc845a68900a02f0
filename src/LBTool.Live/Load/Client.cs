using System.Collections.Frozen;
using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
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
        return Enumerable.Range(0, count).Select<int, Client>(index =>
        {
            var address = ClientAddress.Of(index, count);
            var source = binds ? address : null;
            var forwardedFor = count > 1 && !binds ? address.ToString() : null;
            return httpVersion == 1
                ? new Http1Client(options, source, forwardedFor)
                : new Http2Client(options, source, forwardedFor);
        });
    }

    /// <summary>Sends a request and reads its answer to the end; whatever happens becomes the request's end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="open">Those that it is one of.</param>
    public async Task ExchangeAsync(OpenRequest request, OpenRequests open)
    {
        RequestOutcome outcome;
        try
        {
            outcome = await AskAsync(request).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            outcome = Outcomes.Of(exception, request.HasHead);
        }

        open.End(request, outcome);
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Sends the request once, notes its answer's head, and returns or throws what became of it.</summary>
    protected abstract ValueTask<RequestOutcome> AskAsync(OpenRequest request);
}

/// <summary>What all clients of a run share.</summary>
/// <param name="Target">Where requests go.</param>
/// <param name="Backends">Index by name.</param>
/// <param name="Clock">The time of the run.</param>
/// <param name="Load">The traffic.</param>
/// <param name="Mix">Says what each request asks for.</param>
internal sealed record ClientOptions(
    Uri Target, FrozenDictionary<string, int> Backends, RunClock Clock, Core.Scenarios.Load Load, RequestMix Mix)
{
    /// <summary>What the requests of a client say; each needs its own.</summary>
    public RequestText CreateText() => new(Load, Mix, Target.PathAndQuery);

    /// <summary>Index of the backend of that name; −1 when there is none.</summary>
    public int IndexOf(ReadOnlySpan<char> backend) =>
        Backends.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(backend, out var index) ? index : -1;
}
