using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>
/// A client with sockets of its own. A request takes an idle connection or opens one, or always opens one; it never
/// waits for another request's, and it is never sent twice.
/// </summary>
/// <param name="options">What all clients share.</param>
/// <param name="open">Makes a connection.</param>
/// <param name="keeps">Whether a connection serves another request after the first one.</param>
internal sealed class SocketClient(ClientOptions options, Func<SocketConnection> open, bool keeps) : Client
{
    private readonly Lock _gate = new();
    private readonly Stack<SocketConnection> _idle = new();
    private bool _disposed;

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
    protected override async ValueTask<Exchange> AskAsync(OpenRequest request)
    {
        var connection = TakeIdle() ?? open();
        var isInUse = false;
        try
        {
            RequestOutcome outcome;
            using (request.Cancelled.UnsafeRegister(static connection => ((SocketConnection)connection!).Dispose(), connection))
            {
                outcome = await connection.AskAsync(request, options).ConfigureAwait(false);
            }

            // From here on nobody disposes the connection for this request's sake; it may have happened before.
            if (!connection.IsReusable || request.Cancelled.IsCancellationRequested)
            {
                return new Exchange(outcome);
            }

            isInUse = !keeps || TryPutBack(connection);
            return new Exchange(outcome, keeps ? null : connection.PartAsync(options.Load.Timeout));
        }
        finally
        {
            if (!isInUse)
            {
                connection.Dispose();
            }
        }
    }

    // The last one used comes first: it is the least likely to have been closed for being idle.
    private SocketConnection? TakeIdle()
    {
        while (true)
        {
            SocketConnection? connection;
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

    private bool TryPutBack(SocketConnection connection)
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
