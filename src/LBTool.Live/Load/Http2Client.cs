using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>
/// A client of HTTP/2 by prior knowledge, on <see cref="SocketsHttpHandler"/>. The handler sends a stream again only
/// when the server says that it did not process it (REFUSED_STREAM, or a GOAWAY with a lower number).
/// </summary>
/// <param name="options">What all clients share.</param>
/// <param name="source">Address to connect from; null: the system's choice.</param>
/// <param name="forwardedFor">X-Forwarded-For to send, if any.</param>
internal sealed class Http2Client(ClientOptions options, IPAddress? source, string? forwardedFor) : Client
{
    private const int BufferSize = 16 * 1024;

    private readonly RequestText _text = options.CreateText();

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        ConnectCallback = (_, stop) => ConnectAsync(options.Target, source, stop),

        // A connection attempt can outlive the request that it was started for, but not by more than that.
        ConnectTimeout = Timers.Limit(options.Load.Timeout + options.Load.Timeout),

        // Else a request would wait for the answers of others whenever a server's limit of streams is reached.
        EnableMultipleHttp2Connections = true,
        UseCookies = false,
        UseProxy = false,
    });

    /// <inheritdoc/>
    public override void Dispose() => _invoker.Dispose();

    /// <inheritdoc/>
    protected override async ValueTask<Exchange> AskAsync(OpenRequest request)
    {
        using var answer = await _invoker.SendAsync(CreateMessage(request), request.Cancelled).ConfigureAwait(false);
        var status = (int)answer.StatusCode;
        answer.Headers.NonValidated.TryGetValues("x-lb-backend", out var backend);
        Keep(answer, request.Number);
        request.TakeHead(options.Clock.Now, status, options.IndexOf(backend.ToString()));
        await ReadToEndAsync(answer, request.Cancelled).ConfigureAwait(false);
        return new Exchange(Outcomes.Of(status));
    }

    private static async ValueTask ReadToEndAsync(HttpResponseMessage answer, CancellationToken cancelled)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var body = await answer.Content.ReadAsStreamAsync(cancelled).ConfigureAwait(false);
            while (await body.ReadAsync(buffer, cancelled).ConfigureAwait(false) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(Uri target, IPAddress? source, CancellationToken stop)
    {
        var socket = ClientSocket.Create(target, source);
        try
        {
            await socket.ConnectAsync(ClientSocket.EndPointOf(target), stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private HttpRequestMessage CreateMessage(OpenRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, _text.IsConstant ? options.Target : new Uri(options.Target, _text.PathOf(request.Number)))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.TryAddWithoutValidation("x-lb-request", request.Number.ToString(CultureInfo.InvariantCulture));
        if (forwardedFor is not null)
        {
            message.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        }

        foreach (var (name, value) in _text.HeadersOf(request.Number))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private void Keep(HttpResponseMessage answer, long number)
    {
        if (_text.JarOf(number) is { } jar && answer.Headers.NonValidated.TryGetValues("set-cookie", out var cookies))
        {
            foreach (var cookie in cookies)
            {
                jar.Take(cookie);
            }
        }
    }
}
