using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>One client: connections of its own, all from one source address, and nothing in common with the others.</summary>
internal sealed class Client : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly HttpMessageInvoker _invoker;
    private readonly ClientOptions _options;
    private readonly IPAddress _address;
    private readonly bool _binds;

    public Client(ClientOptions options, int index, int count)
    {
        _options = options;
        _address = SourceAddresses.OfClient(index, count);
        _binds = count > 1 && SourceAddresses.CanReach(options.Target);
        ForwardedFor = count > 1 && !_binds ? _address.ToString() : null;
        _invoker = new HttpMessageInvoker(CreateHandler());
    }

    /// <summary>What it names itself in X-Forwarded-For, where it cannot have an address of its own; else null.</summary>
    public string? ForwardedFor { get; init; }

    /// <summary>Sends a request and reads its answer to the end; whatever happens becomes the request's end.</summary>
    public async Task ExchangeAsync(OpenRequest request, OpenRequests open)
    {
        RequestOutcome outcome;
        try
        {
            using var answer = await _invoker.SendAsync(CreateMessage(request), request.Cancelled).ConfigureAwait(false);
            var status = (int)answer.StatusCode;
            request.TakeHead(_options.Clock.Now, status, BackendOf(answer));
            await ReadToEndAsync(answer, request.Cancelled).ConfigureAwait(false);
            outcome = Outcomes.Of(status);
        }
        catch (Exception exception)
        {
            outcome = Outcomes.Of(exception, request.HasHead);
        }

        open.End(request, outcome);
    }

    public void Dispose() => _invoker.Dispose();

    private static async ValueTask ReadToEndAsync(HttpResponseMessage answer, CancellationToken cancelled)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var body = answer.Content.ReadAsStream(cancelled);
            while (await body.ReadAsync(buffer, cancelled).ConfigureAwait(false) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private HttpRequestMessage CreateMessage(OpenRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, _options.Target)
        {
            Version = _options.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _options.Version.Major == 1 ? NoBody.Shared : null,
        };
        message.Headers.TryAddWithoutValidation("x-lb-request", request.Number.ToString(CultureInfo.InvariantCulture));
        if (ForwardedFor is not null)
        {
            message.Headers.TryAddWithoutValidation("X-Forwarded-For", ForwardedFor);
        }

        return message;
    }

    private int BackendOf(HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("x-lb-backend", out var names)
        && _options.Backends.TryGetValue(names.ToString(), out var index)
            ? index
            : -1;

    private SocketsHttpHandler CreateHandler() => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        ConnectCallback = ConnectAsync,

        // A connection attempt can outlive the request that it was started for, but not by more than that.
        ConnectTimeout = _options.Timeout + _options.Timeout,

        // Else a request would wait for the answers of others whenever a server's limit of streams is reached.
        EnableMultipleHttp2Connections = true,
        UseCookies = false,
        UseProxy = false,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = _options.Target.HostNameType == UriHostNameType.IPv4 || _binds
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            if (_binds)
            {
                BindTo(socket, _address);
            }

            await socket.ConnectAsync(context.DnsEndPoint, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void BindTo(Socket socket, IPAddress address)
    {
        if (OperatingSystem.IsLinux())
        {
            // IP_BIND_ADDRESS_NO_PORT: the port is chosen when connecting, so that a port still in TIME_WAIT towards
            // this server is the only kind that cannot be had.
            const int IpLevel = 0;
            const int BindAddressNoPort = 24;
            socket.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
        }

        socket.Bind(new IPEndPoint(address, 0));
    }
}

/// <summary>What all clients of a run share.</summary>
/// <param name="Target">Where requests go.</param>
/// <param name="Version">1.1, or 2.0 by prior knowledge.</param>
/// <param name="Timeout">Of a request.</param>
/// <param name="Backends">Index by name.</param>
/// <param name="Clock">The time of the run.</param>
internal sealed record ClientOptions(
    Uri Target, Version Version, TimeSpan Timeout, FrozenDictionary<string, int> Backends, RunClock Clock);
