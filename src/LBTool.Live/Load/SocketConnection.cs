using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;
using LBTool.Live.Tcp;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>One connection of a client, for one exchange at a time.</summary>
/// <param name="socket">A socket of its own, not connected yet.</param>
/// <param name="target">Where to connect to at the first exchange.</param>
internal abstract class SocketConnection(Socket socket, EndPoint target) : IDisposable
{
    private readonly SocketOperation _operation = new();
    private bool _connected;

    /// <summary>Whether another exchange may follow the last one.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>Whether the server closed or reset the idle connection, or sent what nobody asked for.</summary>
    public bool HasEnded => socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Closes the connection; an exchange under way ends at once. Any thread may call it, more than once.</summary>
    public void Dispose()
    {
        socket.Dispose();
        _operation.Dispose();
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <param name="request">Is told when the answer's head comes.</param>
    /// <param name="options">Knows the backends and the time.</param>
    public async ValueTask<RequestOutcome> AskAsync(OpenRequest request, ClientOptions options)
    {
        IsReusable = false;
        if (!_connected && await _operation.ConnectAsync(socket, target).ConfigureAwait(false) != SocketError.Success)
        {
            return RequestOutcome.ConnectFailed;
        }

        _connected = true;
        if (!TrySend(request.Number))
        {
            return RequestOutcome.Reset;
        }

        var (outcome, isReusable) = await ReceiveAsync(request, options).ConfigureAwait(false);
        IsReusable = isReusable;
        return outcome;
    }

    /// <summary>Ends the connection in order: says that nothing follows, and waits for the server to say the same.</summary>
    /// <param name="limit">How long to wait; then the connection is cut.</param>
    public async Task PartAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(Timers.Limit(limit));
        using (patience.Token.UnsafeRegister(static connection => ((SocketConnection)connection!).Dispose(), this))
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
                var rest = new byte[16];
                while (await ReceiveAsync(rest).ConfigureAwait(false) is (SocketError.Success, > 0))
                {
                }
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The server was faster.
            }
        }

        Dispose();
    }

    /// <summary>Sends the request of a number; false when the connection is gone.</summary>
    protected abstract bool TrySend(long number);

    /// <summary>Reads an answer to its end; says what it was, and whether another request may follow on this connection.</summary>
    protected abstract ValueTask<(RequestOutcome Outcome, bool IsReusable)> ReceiveAsync(OpenRequest request, ClientOptions options);

    /// <summary>Sends a few hundred bytes: the socket's send buffer is empty here, so that it never waits.</summary>
    protected bool TrySend(ReadOnlySpan<byte> message)
    {
        socket.Send(message, SocketFlags.None, out var error);
        return error == SocketError.Success;
    }

    /// <summary>Receives something; 0 bytes are the end.</summary>
    protected async ValueTask<(SocketError Error, int Count)> ReceiveAsync(Memory<byte> buffer)
    {
        var error = await _operation.ReceiveAsync(socket, buffer).ConfigureAwait(false);
        return (error, error == SocketError.Success ? _operation.BytesTransferred : 0);
    }
}
