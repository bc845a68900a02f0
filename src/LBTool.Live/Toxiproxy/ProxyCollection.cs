using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Randomness;
using LBTool.Live.Faults;

namespace LBTool.Live.Toxiproxy;

/// <summary>
/// All proxies of an API, by name. One change at a time, under a lock that nobody holds while waiting for anything:
/// names are looked up before it is taken, and connections that were closed are waited for after it is given back.
/// A change that is refused has changed nothing, unless said otherwise.
/// </summary>
/// <param name="seed">Root of the toxics' randomness.</param>
/// <param name="listenAddresses">Decides where a proxy may listen.</param>
internal sealed class ProxyCollection(ulong seed, ListenAddresses listenAddresses) : IAsyncDisposable
{
    private const string Listening = "listen tcp: ";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ManagedProxy> _proxies = new(StringComparer.Ordinal);
    private readonly ToxicExpiry _expiry = new();
    private bool _disposed;

    /// <summary>The proxies of this moment, by name.</summary>
    public ImmutableArray<ManagedProxy> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _proxies.Values];
            }
        }
    }

    /// <summary>The proxy of this name.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public ManagedProxy Get(string name) => Find(name) ?? throw new ApiException(ApiError.ProxyNotFound);

    /// <summary>Shows a proxy of a run in the API. Whoever made it disposes it.</summary>
    public void Share(FaultProxy engine, EndPoint upstream)
    {
        lock (_gate)
        {
            var addresses = new ProxyAddresses(engine.Listen.ToString(), upstream.ToString()!);
            _proxies.Add(engine.Name, new ManagedProxy(engine.Name, addresses, engine, belongsToRun: true));
        }
    }

    /// <summary>Shows the proxy of a backend that has left the run no more.</summary>
    public void Unshare(string name)
    {
        lock (_gate)
        {
            _proxies.Remove(name);
        }
    }

    /// <summary>Makes a proxy, which listens on return if it is to be enabled.</summary>
    /// <exception cref="ApiException">The name is taken, or it cannot listen.</exception>
    public async Task<ManagedProxy> AddAsync(NewProxy wanted)
    {
        RefuseTaken(wanted.Name);
        var listen = await ResolveForStartAsync(wanted).ConfigureAwait(false);
        lock (_gate)
        {
            RefuseTaken(wanted.Name);
            return _proxies[wanted.Name] = Create(wanted, listen);
        }
    }

    /// <summary>
    /// Changes addresses and state. Connections stay when neither address is another one. When the proxy cannot listen
    /// with its new addresses, it keeps them and stays disabled.
    /// </summary>
    /// <exception cref="ApiException">It cannot listen, or belongs to a run and was to move.</exception>
    public async Task<ManagedProxy> UpdateAsync(ManagedProxy proxy, ProxyBody change)
    {
        var (old, enable) = (proxy.Addresses, change.Enabled ?? proxy.Enabled);
        var wanted = new ProxyAddresses(change.Listen ?? old.Listen, change.Upstream ?? old.Upstream);
        var listen = await listenAddresses.ResolveAsync(wanted.Listen).ConfigureAwait(false);
        lock (_gate)
        {
            RefuseGone(proxy);
            if (Differs(proxy, listen, wanted.Upstream))
            {
                RefuseOfRun(proxy);
                proxy.Move(wanted);
            }

            if (enable && !proxy.Enabled)
            {
                proxy.Start(listen);
            }
            else if (!enable && proxy.Enabled)
            {
                proxy.Engine.Disable();
            }

            return proxy;
        }
    }

    /// <summary>Takes a proxy away, and closes its connections.</summary>
    /// <exception cref="ApiException">There is none of this name, or it belongs to a run.</exception>
    public async Task RemoveAsync(string name)
    {
        ValueTask closed;
        lock (_gate)
        {
            var proxy = Get(name);
            RefuseOfRun(proxy);
            _proxies.Remove(name);

            // Its port is free once the call returns; the task is about connections.
            closed = proxy.Engine.DisposeAsync();
        }

        await closed.ConfigureAwait(false);
    }

    /// <summary>
    /// Makes a proxy, or replaces the one of its name where that has other addresses. One that is the same is left
    /// alone, with its toxics and its state. When the new one cannot listen, the old one stays, stopped.
    /// </summary>
    /// <exception cref="ApiException">It cannot listen, or was to replace one that belongs to a run.</exception>
    public async Task<ManagedProxy> AddOrReplaceAsync(NewProxy wanted)
    {
        var compared = Find(wanted.Name) is null ? null : await listenAddresses.ResolveAsync(wanted.Listen).ConfigureAwait(false);
        var listen = wanted.Enabled ? compared ?? await ResolveForStartAsync(wanted).ConfigureAwait(false) : null;
        ManagedProxy? old;
        ManagedProxy proxy;
        lock (_gate)
        {
            old = _proxies.GetValueOrDefault(wanted.Name);
            if (old is not null && compared is not null && !Differs(old, compared, wanted.Upstream))
            {
                return old;
            }

            if (old is not null)
            {
                RefuseOfRun(old);
                old.Move(old.Addresses);
            }

            proxy = _proxies[wanted.Name] = Create(wanted, listen);
        }

        await (old?.Engine.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        return proxy;
    }

    /// <summary>Starts what is stopped and removes every toxic, proxy by proxy; those before one that cannot start stay reset.</summary>
    /// <exception cref="ApiException">A proxy cannot listen.</exception>
    public async Task ResetAsync()
    {
        foreach (var proxy in All)
        {
            var listen = proxy.Enabled ? null
                : await listenAddresses.ResolveAsync(proxy.Addresses.Listen, Listening).ConfigureAwait(false);
            lock (_gate)
            {
                if (Find(proxy.Name) != proxy)
                {
                    continue;
                }

                if (listen is not null && !proxy.Enabled)
                {
                    proxy.Start(listen);
                }

                foreach (var toxic in proxy.Engine.Toxics)
                {
                    proxy.Engine.Remove(toxic.Name);
                }
            }
        }
    }

    /// <summary>Adds a toxic, which removes itself when its time is over.</summary>
    /// <exception cref="ApiException">The name is taken.</exception>
    public void AddToxic(ManagedProxy proxy, string name, WireToxic toxic)
    {
        lock (_gate)
        {
            RefuseGone(proxy);
            if (!proxy.Engine.TryAdd(name, toxic))
            {
                throw new ApiException(ApiError.ToxicExists);
            }

            _expiry.Watch(proxy.Engine, name);
        }
    }

    /// <summary>Replaces a toxic by one with other attributes, which <paramref name="change"/> makes of it.</summary>
    /// <exception cref="ApiException">There is none of this name, or what <paramref name="change"/> throws.</exception>
    public void ChangeToxic(ManagedProxy proxy, string name, Func<WireToxic, WireToxic> change)
    {
        lock (_gate)
        {
            if (!proxy.Engine.Update(name, change(WireToxic.Of(proxy.Toxic(name).Effect))))
            {
                throw new ApiException(ApiError.ToxicNotFound);
            }
        }
    }

    /// <summary>Closes all proxies but those of a run.</summary>
    public async ValueTask DisposeAsync()
    {
        ManagedProxy[] own;
        lock (_gate)
        {
            _disposed = true;
            own = [.. _proxies.Values.Where(proxy => !proxy.BelongsToRun)];
            _proxies.Clear();
        }

        _expiry.Dispose();
        await Task.WhenAll(own.Select(proxy => proxy.Engine.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private ManagedProxy? Find(string name)
    {
        lock (_gate)
        {
            return _proxies.GetValueOrDefault(name);
        }
    }

    private async Task<IPEndPoint?> ResolveForStartAsync(NewProxy wanted) =>
        wanted.Enabled ? await listenAddresses.ResolveAsync(wanted.Listen, Listening).ConfigureAwait(false) : null;

    private ManagedProxy Create(NewProxy wanted, IPEndPoint? listen)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var engine = new FaultProxy(
            wanted.Name,
            listen ?? new IPEndPoint(IPAddress.Loopback, 0),
            HostAndPort.Upstream(wanted.Upstream),
            RandomStream.Derive(seed, $"faultproxy/{wanted.Name}"));
        var proxy = new ManagedProxy(wanted.Name, new ProxyAddresses(wanted.Listen, wanted.Upstream), engine, belongsToRun: false);
        foreach (var (name, toxic) in wanted.Toxics)
        {
            engine.TryAdd(name, toxic);
        }

        if (listen is not null)
        {
            proxy.Start(listen);
        }

        foreach (var (name, _) in wanted.Toxics)
        {
            _expiry.Watch(engine, name);
        }

        return proxy;
    }

    private static bool Differs(ManagedProxy proxy, IPEndPoint listen, string upstream) =>
        proxy.Addresses != new ProxyAddresses(listen.ToString(), upstream);

    private void RefuseTaken(string name)
    {
        if (Find(name) is not null)
        {
            throw new ApiException(ApiError.ProxyExists);
        }
    }

    private void RefuseGone(ManagedProxy proxy)
    {
        if (Find(proxy.Name) != proxy)
        {
            throw new ApiException(ApiError.ProxyNotFound);
        }
    }

    private static void RefuseOfRun(ManagedProxy proxy)
    {
        if (proxy.BelongsToRun)
        {
            throw new ApiException(ApiError.BelongsToRun(proxy.Name));
        }
    }
}
