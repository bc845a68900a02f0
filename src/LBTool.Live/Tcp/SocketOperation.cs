using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace LBTool.Live.Tcp;

/// <summary>
/// An awaitable operation on a socket, reused, one at a time. Errors are values: a chaos test has thousands of them a
/// second, and an exception costs more than all else that a request does.
/// </summary>
internal sealed class SocketOperation() : SocketAsyncEventArgs(true), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _core;

    public ValueTask<SocketError> ConnectAsync(Socket socket, EndPoint target)
    {
        RemoteEndPoint = target;
        _core.Reset();
        return Result(socket.ConnectAsync(this));
    }

    /// <summary>Receives into <paramref name="buffer"/>; <see cref="SocketAsyncEventArgs.BytesTransferred"/> says how much.</summary>
    public ValueTask<SocketError> ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        SetBuffer(buffer);
        _core.Reset();
        return Result(socket.ReceiveAsync(this));
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _core.SetResult(SocketError);

    private ValueTask<SocketError> Result(bool pending) => pending ? new(this, _core.Version) : new(SocketError);
}
