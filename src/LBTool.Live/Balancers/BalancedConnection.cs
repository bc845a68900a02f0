using System.Diagnostics;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;
using LBTool.Live.Tcp;

namespace LBTool.Live.Balancers;

/// <summary>
/// A client's connection through a <see cref="TcpBalancer"/>: picks a backend, connects, carries bytes both ways, and
/// ends the lease when the connection ends.
/// <code>
///   accepted ── lease ── connect ── two relays ── both ended, or one broke ── lease ends ── last FIN, or RST
///                 ↑         │ refused, or took too long: this lease ends
///                 └─────────┘ another backend
/// </code>
/// </summary>
internal sealed class BalancedConnection(TcpBalancer balancer, Socket client)
{
    private readonly Lock _gate = new();
    private Socket? _server;
    private Lease _lease;
    private bool _leased;
    private volatile bool _closed;
    private int _openWays = 2;

    private readonly Silence _silence = new(Stopwatch.GetTimestamp());
    private volatile bool _isConnecting = true;

    /// <summary>Serves the client, from the pick to the end. Returns at the first wait.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await ConnectAsync())
            {
                await CarryAsync();
            }
        }
        finally
        {
            // Not with a reset: that could reach the client before its connect has returned, and look as if nobody listened.
            End(LeaseOutcome.Abandoned, SocketEnd.Finish);
        }
    }

    /// <summary>Notes that somebody has said something.</summary>
    public void Hear(Speaker speaker) => _silence.Hear(speaker);

    /// <summary>
    /// One way has ended in order. With the second one the lease ends, and only then the connection: a client who ended
    /// first, has seen the backend's end too, and comes again, does not find itself still counted.
    /// </summary>
    /// <returns>Whether all is over; else the end of this way is still to be passed on.</returns>
    public bool FinishWay()
    {
        var isOver = Interlocked.Decrement(ref _openWays) == 0;
        if (isOver)
        {
            // Closing passes on what ends there are still to be passed on.
            End(LeaseOutcome.Ok, static socket => socket.Dispose());
        }

        return isOver;
    }

    /// <summary>One side is gone without an end: the other one sees a reset too.</summary>
    public void Break(Speaker by) => End(by == Speaker.Backend ? LeaseOutcome.Broken : LeaseOutcome.Abandoned, SocketEnd.Reset);

    /// <summary>The balancer goes.</summary>
    public void Abandon() => End(LeaseOutcome.Abandoned, SocketEnd.Reset);

    /// <summary>Ends it, if it goes to a backend that is to be rid of its connections.</summary>
    /// <param name="backend">That backend; null: any.</param>
    /// <returns>Whether it was cut.</returns>
    public bool Cut(Backend? backend) => End(LeaseOutcome.Cut, SocketEnd.Reset, lease => backend is null || lease.Backend == backend);

    /// <summary>
    /// Ends a silence or an attempt to connect that takes too long. When the client spoke last, the backend owes it
    /// something, and both see a reset; else nobody waits, and it closes in order. One caller at a time.
    /// </summary>
    /// <param name="now">Timestamp of now.</param>
    /// <param name="timeout">How long is too long, as a span of timestamps.</param>
    public void CheckSilence(long now, long timeout)
    {
        lock (_gate)
        {
            if (!_silence.HasLasted(now, timeout))
            {
                return;
            }

            // Still the socket whose silence this is: the next attempt begins its own with it.
            if (_isConnecting)
            {
                GiveServerUp();
                return;
            }
        }

        if (_silence.LastSpeaker == Speaker.Client)
        {
            End(LeaseOutcome.Timeout, SocketEnd.Reset);
        }
        else
        {
            End(LeaseOutcome.Ok, SocketEnd.Finish);
        }
    }

    private async Task CarryAsync()
    {
        var fromClient = new Relay(this, Speaker.Client, client, _server!).RunAsync();
        var fromBackend = new Relay(this, Speaker.Backend, _server!, client).RunAsync();
        await fromClient;
        await fromBackend;
    }

    private async ValueTask<bool> ConnectAsync()
    {
        var picks = balancer.Picks;
        var key = picks.KeyOf(client);
        int[] tried = [];
        using var operation = new SocketOperation();
        for (var tries = 0; tries < Target.MostTries && !_closed; tries++)
        {
            var lease = tries == 0 ? await picks.EnterAsync(key, balancer.Stopping) : picks.TakeOther(key, tried);
            if (lease is not { } taken || !TryBegin(taken))
            {
                return false;
            }

            if (await TryConnectAsync(operation, taken.Backend))
            {
                return true;
            }

            EndLease(LeaseOutcome.ConnectFailed);
            GiveServerUp();
            tried = [.. tried, taken.Backend.Index];
        }

        return false;
    }

    private async ValueTask<bool> TryConnectAsync(SocketOperation operation, Backend backend)
    {
        try
        {
            return _server is { } server
                && await operation.ConnectAsync(server, balancer.AddressOf(backend)) == SocketError.Success
                && EndConnecting();
        }
        catch (ObjectDisposedException)
        {
            // Closed, or given up, before it began.
            return false;
        }
    }

    // False when the attempt was given up just as it succeeded: its socket is gone, and another backend's turn has come.
    private bool EndConnecting()
    {
        lock (_gate)
        {
            _isConnecting = _server is null;
            _silence.Begin(Stopwatch.GetTimestamp());
            return !_isConnecting;
        }
    }

    private void GiveServerUp()
    {
        lock (_gate)
        {
            _server?.Dispose();
            _server = null;
        }
    }

    // False when there is no point in connecting: the balancer goes, or has no sockets left.
    private bool TryBegin(in Lease lease)
    {
        bool hasBegun;
        lock (_gate)
        {
            _lease = lease;
            _leased = true;
            try
            {
                _server = _closed ? null : new Socket(balancer.AddressOf(lease.Backend).AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            }
            catch (SocketException)
            {
                _server = null;
            }

            hasBegun = _server is not null;
            _silence.Begin(Stopwatch.GetTimestamp());
        }

        if (!hasBegun)
        {
            EndLease(LeaseOutcome.Abandoned);
        }

        return hasBegun;
    }

    private void EndLease(LeaseOutcome outcome)
    {
        Lease? lease;
        lock (_gate)
        {
            lease = TakeLease();
        }

        EndLease(lease, outcome);
    }

    // The lease ends before the sockets do. False when there is nothing to end.
    private bool End(LeaseOutcome outcome, Action<Socket> close, Func<Lease, bool>? only = null)
    {
        Lease? lease;
        Socket? server;
        lock (_gate)
        {
            if (_closed || (only is not null && !(_leased && only(_lease))))
            {
                return false;
            }

            _closed = true;
            server = _server;
            lease = TakeLease();
        }

        EndLease(lease, outcome);
        balancer.Forget(this);
        close(client);
        if (server is not null)
        {
            close(server);
        }

        return true;
    }

    // Taken out under the gate: a moment later the next attempt has a lease of its own there.
    private Lease? TakeLease()
    {
        Lease? taken = _leased ? _lease : null;
        _leased = false;
        return taken;
    }

    private void EndLease(in Lease? lease, LeaseOutcome outcome)
    {
        if (lease is { } ended)
        {
            balancer.End(ended, outcome);
        }
    }
}
