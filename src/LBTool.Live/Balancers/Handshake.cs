using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>Limits the time until a backend has agreed to a WebSocket (or another upgrade), and not what follows.</summary>
internal sealed class Handshake(Upstream upstream, TimeSpan timeout) : HttpTransformer, IDisposable
{
    private readonly CancellationTokenSource _timer = new(timeout);

    /// <summary>Fires when the backend took too long.</summary>
    public CancellationToken TimedOut => _timer.Token;

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string prefix, CancellationToken stop) =>
        upstream.TransformRequestAsync(context, request, prefix, stop);

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? response, CancellationToken stop)
    {
        // 101 in HTTP/1.1; HTTP/2 says 200 to CONNECT.
        if (response?.StatusCode is HttpStatusCode.SwitchingProtocols or HttpStatusCode.OK)
        {
            _timer.CancelAfter(Timeout.InfiniteTimeSpan);
        }

        return base.TransformResponseAsync(context, response, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
