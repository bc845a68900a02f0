using System.Net;
using System.Text;
using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>
/// A client of HTTP/1.1 that keeps connections alive. A request takes an idle connection or opens one; it never waits
/// for another request's, and it is never sent twice.
/// </summary>
internal sealed class Http1Client : Client
{
    private readonly ClientOptions _options;
    private readonly IPAddress? _source;
    private readonly EndPoint _endPoint;
    private readonly RequestText _text;
    private readonly string _headers;
    private readonly byte[] _constantHead;
    private readonly Lock _gate = new();
    private readonly Stack<Http1Connection> _idle = new();
    private bool _disposed;

    /// <param name="options">What all clients share.</param>
    /// <param name="source">Address to connect from; null: the system's choice.</param>
    /// <param name="forwardedFor">X-Forwarded-For to send, if any.</param>
    public Http1Client(ClientOptions options, IPAddress? source, string? forwardedFor)
    {
        _options = options;
        _source = source;
        _endPoint = ClientSocket.EndPointOf(options.Target);
        _text = options.CreateText();
        var forwarded = forwardedFor is null ? "" : $"X-Forwarded-For: {forwardedFor}\r\n";
        _headers = $" HTTP/1.1\r\nHost: {options.Target.Authority}\r\n{forwarded}";
        _constantHead = CreateHead(number: 1);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out var connection))
            {
                connection.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<RequestOutcome> AskAsync(OpenRequest request)
    {
        var connection = TakeIdle() ?? new Http1Connection(ClientSocket.Create(_options.Target, _source), _endPoint);
        var returned = false;
        try
        {
            RequestOutcome outcome;
            using (request.Cancelled.UnsafeRegister(static connection => ((Http1Connection)connection!).Dispose(), connection))
            {
                var head = _text.IsConstant ? _constantHead : CreateHead(request.Number);
                outcome = await connection.AskAsync(request, head, _text.JarOf(request.Number), _options).ConfigureAwait(false);
            }

            // From here on nobody disposes the connection for this request's sake; it may have happened before.
            returned = connection.IsReusable && !request.Cancelled.IsCancellationRequested && TryPutBack(connection);
            return outcome;
        }
        finally
        {
            if (!returned)
            {
                connection.Dispose();
            }
        }
    }

    // All but the number itself.
    private byte[] CreateHead(long number)
    {
        var headers = string.Concat(_text.HeadersOf(number).Select(header => $"{header.Name}: {header.Value}\r\n"));
        return Encoding.Latin1.GetBytes($"GET {_text.PathOf(number)}{_headers}{headers}x-lb-request: ");
    }

    // The last one used comes first: it is the least likely to have been closed for being idle.
    private Http1Connection? TakeIdle()
    {
        while (true)
        {
            Http1Connection? connection;
            lock (_gate)
            {
                if (!_idle.TryPop(out connection))
                {
                    return null;
                }
            }

            if (!connection.HasEnded)
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    private bool TryPutBack(Http1Connection connection)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _idle.Push(connection);
            }

            return !_disposed;
        }
    }
}
