using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LBTool.Core.Health;
using LBTool.Live.Http;

namespace LBTool.Live.Health;

/// <summary>
/// A backend that answers a request as it should is well: over TLS, or over HTTP/2 in clear text by prior knowledge. What is
/// asked most often has a leaner one, <see cref="Http1Probe"/>.
/// </summary>
internal sealed class ClientProbe : Probe
{
    private readonly HttpMessageInvoker _invoker;
    private readonly Uri _uri;
    private readonly Version _version;
    private readonly HttpProbe _check;
    private volatile CancellationTokenSource? _asking;

    public ClientProbe(IPEndPoint address, HttpProbe check, int httpVersion, bool isTls)
    {
        _uri = new Uri($"{(isTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{address}{check.Path}");
        _version = httpVersion == 2 ? HttpVersion.Version20 : HttpVersion.Version11;
        _check = check;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,

            // A connection of its own for each question over TLS: the handshake is a part of it.
            PooledConnectionLifetime = isTls ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            SslOptions = AnyCertificate(),
        });
    }

    /// <summary>What a client offers and demands: the versions that the system allows, and no certain certificate.</summary>
    public static SslClientAuthenticationOptions AnyCertificate() => new() { RemoteCertificateValidationCallback = (_, _, _, _) => true };

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
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return ProbeTexts.NoTls;
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
            Version = _version,
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
