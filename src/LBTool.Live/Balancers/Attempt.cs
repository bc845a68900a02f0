using System.Net;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>
/// One try of a request that may have another, or of a WebSocket (or another upgrade): limits the time until the head of
/// the answer, and not what follows; and keeps an answer from the client when the request is to be tried again.
/// </summary>
/// <param name="upstream">Where it goes.</param>
/// <param name="timeout">Until the head of the answer; null: no limit of its own.</param>
/// <param name="isTunnel">Only an answer that opens a tunnel ends the time limit.</param>
/// <param name="isRejected">Says of a status whether the request is tried again; null: never. Asked once.</param>
internal sealed class Attempt(Upstream upstream, TimeSpan? timeout, bool isTunnel, Func<int, bool>? isRejected) : HttpTransformer, IDisposable
{
    private readonly CancellationTokenSource? _timer = timeout is { } time ? new CancellationTokenSource(Timers.Limit(time)) : null;

    /// <summary>Fires when the backend took too long.</summary>
    public CancellationToken TimedOut => _timer?.Token ?? CancellationToken.None;

    /// <summary>Whether the answer was thrown away, because the request is to be tried again.</summary>
    public bool Rejected { get; private set; }

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string prefix, CancellationToken stop) =>
        upstream.TransformRequestAsync(context, request, prefix, stop);

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? response, CancellationToken stop)
    {
        if (response is not null && isRejected?.Invoke((int)response.StatusCode) == true)
        {
            Rejected = true;
            return ValueTask.FromResult(false);
        }

        // 101 in HTTP/1.1; HTTP/2 says 200 to CONNECT.
        if (!isTunnel || response?.StatusCode is HttpStatusCode.SwitchingProtocols or HttpStatusCode.OK)
        {
            _timer?.CancelAfter(Timeout.InfiniteTimeSpan);
        }

        return base.TransformResponseAsync(context, response, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
