using System.Net;
using System.Net.Sockets;
using LBTool.Core.Health;
using LBTool.Live.Http;

namespace LBTool.Live.Health;

/// <summary>A backend that answers an HTTP/2 request (clear text, prior knowledge) as it should is well.</summary>
internal sealed class Http2Probe : Probe
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });

    private readonly Uri _uri;
    private readonly HttpProbe _check;
    private volatile CancellationTokenSource? _asking;

    public Http2Probe(IPEndPoint address, HttpProbe check)
    {
        _uri = new Uri($"http://{address}{check.Path}");
        _check = check;
    }

    public override async ValueTask<ProbeResult> AskAsync()
    {
        using var asking = new CancellationTokenSource();
        _asking = asking;
        try
        {
            using var request = CreateRequest();
            using var answer = await _invoker.SendAsync(request, asking.Token).ConfigureAwait(false);
            var body = new byte[ProbeTexts.MostBody];
            await using var stream = await answer.Content.ReadAsStreamAsync(asking.Token).ConfigureAwait(false);
            var size = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, asking.Token).ConfigureAwait(false);
            return ProbeTexts.Judge(_check, (int)answer.StatusCode, body.AsSpan(0, size));
        }
        catch (HttpRequestException exception) when (exception.InnerException is SocketException socket)
        {
            return ProbeTexts.NotConnected(socket.SocketErrorCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new ProbeResult(false, "the answer broke off");
        }
        finally
        {
            _asking = null;
        }
    }

    public override void Cut()
    {
        try
        {
            _asking?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public override void Dispose()
    {
        Cut();
        _invoker.Dispose();
    }

    private HttpRequestMessage CreateRequest()
    {
        var request = new HttpRequestMessage(new HttpMethod(_check.Method), _uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var (name, value) in _check.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation(LbHeaders.Probe, "1");
        return request;
    }
}
