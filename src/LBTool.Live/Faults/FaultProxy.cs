using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Faults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Tcp;

namespace LBTool.Live.Faults;

/// <summary>
/// A TCP proxy that does to the connections between a balancer and one backend what its toxics say, and that can make
/// the backend look dead, stopped, unreachable or frozen. All members may be called at any time from any thread;
/// none of them waits for a peer.
/// </summary>
/// <param name="name">For people, and for error messages.</param>
/// <param name="listen">Where to listen; port 0 takes any, and keeps it.</param>
/// <param name="upstream">
/// Where to dial for each client: an address, or a name that is resolved each time. Null is nowhere: each client is closed.
/// </param>
/// <param name="random">Decides which connections a toxic hits and how.</param>
public sealed class FaultProxy(string name, IPEndPoint listen, EndPoint? upstream, RandomStream random) : IAsyncDisposable
{
    private static readonly TimeSpan LongestDispose = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ulong _seed = random.NextUInt64();
    private readonly PauseGate _pause = new();
    private readonly HashSet<ProxiedConnection> _connections = [];
    private readonly Dictionary<string, int> _timesAdded = [];
    private volatile HeldPort _port = new(listen);
    private volatile EndPoint? _upstream = upstream;
    private ImmutableArray<InstalledToxic> _toxics = [];
    private Task _accepting = Task.CompletedTask;
    private int _running;
    private bool _disposed;

    /// <summary>The name it was given.</summary>
    public string Name => name;

    /// <summary>Where it listens: the actual address once it was started.</summary>
    public IPEndPoint Listen => _port.Address;

    /// <summary>Whether connects are accepted now.</summary>
    public bool IsListening => _port.Listener is not null;

    /// <summary>The toxics, in the order in which they act.</summary>
    public ImmutableArray<InstalledToxic> Toxics => _toxics;

    /// <summary>Bytes from clients to the upstream, since the start.</summary>
    public Traffic Upstream { get; } = new();

    /// <summary>Bytes from the upstream to clients, since the start.</summary>
    public Traffic Downstream { get; } = new();

    /// <summary>Connections accepted and not yet closed, those still being dialled included.</summary>
    public int OpenConnections
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Connections for which there is still work going on: those that are open, and those that were closed just now.</summary>
    internal int RunningConnections => Volatile.Read(ref _running);

    /// <summary>Starts listening.</summary>
    /// <exception cref="SocketException">The address is in use or not one of this machine.</exception>
    public void Start() => Enable();

    /// <summary>Listens, on the same port as ever; does nothing while it already does.</summary>
    /// <exception cref="SocketException">The address is in use or not one of this machine.</exception>
    public void Enable()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!IsListening)
            {
                // On the pool: the caller's context and this lock are not for serving clients.
                var listener = _port.Open();
                _accepting = Task.Run(() => AcceptLoop.RunAsync(listener, () => _port.Listener == listener, client => Serve(listener, client)));
            }
        }
    }

    /// <summary>The link is down: connects are refused, open connections are closed (FIN), and what is in flight is lost.</summary>
    public void Disable() => ShutAndClose(reset: false);

    /// <summary>As a process that died: connects are refused, and open connections are reset on both sides.</summary>
    public void Kill() => ShutAndClose(reset: true);

    /// <summary>As a process that was told to stop: connects are refused, open connections end by themselves.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _port.Shut();
        }
    }

    /// <summary>
    /// Goes to another address, or to another upstream: connects are refused, open connections are closed, and the old
    /// port is let go of. The next <see cref="Enable"/> listens on the new one. Toxics stay.
    /// </summary>
    public void Move(IPEndPoint newListen, EndPoint? newUpstream)
    {
        Disable();
        lock (_gate)
        {
            _port.Dispose();
            _port = new HeldPort(newListen);
            _upstream = newUpstream;
        }
    }

    /// <summary>
    /// As a process that was frozen: connects succeed, and no byte passes in either direction beyond what the kernel has
    /// already been given. Independent of <see cref="Enable"/> and its opposites.
    /// </summary>
    public void Pause() => _pause.Close();

    /// <summary>Goes on where <see cref="Pause"/> stopped; nothing is lost.</summary>
    public void Resume() => _pause.Open();

    /// <summary>Adds a toxic behind the others. On return it acts on all connections, open ones included.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the type or an attribute does not exist.</exception>
    public void Add(string toxicName, ToxicEffect toxic)
    {
        if (!TryAdd(toxicName, toxic))
        {
            throw new ArgumentException($"proxy {name} already has a toxic named \"{toxicName}\"; remove it first, or choose another name");
        }
    }

    /// <summary>As <see cref="Add"/>, but a taken name is no error.</summary>
    /// <returns>False when the name is taken; nothing has changed then.</returns>
    /// <exception cref="ArgumentException">The type or an attribute does not exist.</exception>
    public bool TryAdd(string toxicName, ToxicEffect toxic)
    {
        lock (_gate)
        {
            if (Find(toxicName) is not null)
            {
                return false;
            }

            // The same name again is the same toxic for people, and yet it must not hit the same links again.
            var times = _timesAdded.GetValueOrDefault(toxicName);
            var random = RandomStream.Derive(_seed, times == 0 ? toxicName : $"{toxicName}#{times}");
            var installed = InstalledToxic.Create(toxicName, toxic, random);
            _timesAdded[toxicName] = times + 1;
            _toxics = _toxics.Add(installed);
            ChangeLinks(toxic.Stream, (chain, now) => chain.Add(installed, now));
            return true;
        }
    }

    /// <summary>
    /// Replaces attributes and toxicity of a toxic, on open connections too. Those that it hits stay the same unless
    /// the toxicity is another one.
    /// </summary>
    /// <returns>False when no toxic has this name.</returns>
    /// <exception cref="ArgumentException">Type or direction is another one, or an attribute does not exist.</exception>
    public bool Update(string toxicName, ToxicEffect toxic)
    {
        lock (_gate)
        {
            if (Find(toxicName) is not { } old)
            {
                return false;
            }

            if (toxic.Type != old.Effect.Type || toxic.Stream != old.Effect.Stream)
            {
                throw new ArgumentException($"toxic \"{toxicName}\" is of type {old.Effect.Type} on the {old.Effect.Stream} stream, which cannot change; remove it and add another");
            }

            var changed = InstalledToxic.Create(toxicName, toxic, old.Random) with { Tally = old.Tally };
            _toxics = _toxics.Replace(old, changed);
            ChangeLinks(toxic.Stream, (chain, now) => chain.Update(changed, now));
            return true;
        }
    }

    /// <summary>Takes a toxic away, from open connections too: what it held is sent at once, in order.</summary>
    /// <returns>False when no toxic has this name.</returns>
    public bool Remove(string toxicName)
    {
        lock (_gate)
        {
            return Find(toxicName) is { } found && Remove(found);
        }
    }

    /// <summary>Takes this very toxic away, whatever attributes it has by now; not another one that has got its name since.</summary>
    /// <returns>False when it is gone already.</returns>
    public bool Remove(InstalledToxic toxic)
    {
        lock (_gate)
        {
            if (Find(toxic.Name) is not { } old || old.Tally != toxic.Tally)
            {
                return false;
            }

            _toxics = _toxics.Remove(old);
            ChangeLinks(old.Effect.Stream, (chain, now) => chain.Remove(old.Name, now));
            return true;
        }
    }

    /// <summary>Closes everything and lets go of the port. Ends within seconds, whatever the peers do.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _disposed = true;
            running = [.. _connections.Select(connection => connection.Completion), _accepting];
        }

        ShutAndClose(reset: false);
        lock (_gate)
        {
            _port.Dispose();
        }

        _pause.Open();
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(LongestDispose));
    }

    /// <summary>Gives a dialled connection its links, with the toxics of this moment; false when it was closed meanwhile.</summary>
    internal bool Attach(ProxiedConnection connection)
    {
        lock (_gate)
        {
            return connection.Attach(ChainOf(StreamDirection.Upstream), ChainOf(StreamDirection.Downstream), _pause);
        }
    }

    /// <summary>A connection has closed.</summary>
    internal void Forget(ProxiedConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }

    /// <summary>All work for a connection has ended.</summary>
    internal void Ended() => Interlocked.Decrement(ref _running);

    private InstalledToxic? Find(string toxicName) => _toxics.FirstOrDefault(toxic => toxic.Name == toxicName);

    private ToxicChain ChainOf(StreamDirection direction)
    {
        var chain = new ToxicChain();
        foreach (var toxic in _toxics)
        {
            if (toxic.Effect.Stream == direction)
            {
                chain.Add(toxic, LinkTime.Now);
            }
        }

        return chain;
    }

    private void ChangeLinks(StreamDirection direction, Action<ToxicChain, TimeSpan> change)
    {
        foreach (var connection in _connections)
        {
            connection.LinkOf(direction)?.Change(change);
        }
    }

    private void ShutAndClose(bool reset)
    {
        ProxiedConnection[] open;
        lock (_gate)
        {
            _port.Shut();
            open = [.. _connections];
        }

        foreach (var connection in open)
        {
            connection.Close(reset);
        }
    }

    private void Serve(Socket listener, Socket client)
    {
        var connection = new ProxiedConnection(this, client);
        bool serves;
        lock (_gate)
        {
            // Whoever shut the port meanwhile has closed the connections that it knew of, and this is not one of them.
            serves = _port.Listener == listener && _connections.Add(connection);
        }

        if (serves)
        {
            Interlocked.Increment(ref _running);
            connection.Start(_upstream, _pause);
        }
        else
        {
            connection.Close(reset: true);
        }
    }
}
