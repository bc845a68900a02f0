using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios;
using LBTool.Live.Faults;

namespace LBTool.Live.Toxiproxy;

/// <summary>
/// A proxy as the API knows it: a fault proxy, and its addresses in the words of whoever set them. Changed only by its
/// collection, one change at a time; read by anybody.
/// </summary>
internal sealed class ManagedProxy
{
    private volatile ProxyAddresses _addresses;

    /// <param name="name">Its name.</param>
    /// <param name="addresses">As the client wrote them.</param>
    /// <param name="engine">Does the work.</param>
    /// <param name="belongsToRun">Whether a run's balancer relies on it.</param>
    public ManagedProxy(string name, ProxyAddresses addresses, FaultProxy engine, bool belongsToRun)
    {
        Name = name;
        Engine = engine;
        BelongsToRun = belongsToRun;
        _addresses = addresses;
    }

    public string Name { get; }

    public FaultProxy Engine { get; }

    /// <summary>Whether a run's balancer relies on it: then it stays, where it is.</summary>
    public bool BelongsToRun { get; }

    public ProxyAddresses Addresses => _addresses;

    /// <summary>Whether it listens.</summary>
    public bool Enabled => Engine.IsListening;

    /// <summary>Those of the upstream direction first, else in the order in which they act.</summary>
    public ImmutableArray<InstalledToxic> Toxics =>
        [.. Engine.Toxics.OrderBy(toxic => toxic.Effect.Stream == StreamDirection.Downstream)];

    /// <summary>The toxic of this name.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public InstalledToxic Toxic(string name) =>
        Engine.Toxics.FirstOrDefault(toxic => toxic.Name == name) ?? throw new ApiException(ApiError.ToxicNotFound);

    /// <summary>Listens, and takes the actual address for its own.</summary>
    /// <exception cref="ApiException">The operating system does not let it.</exception>
    public void Start(IPEndPoint listen)
    {
        if (!Engine.Listen.Equals(listen))
        {
            Engine.Move(listen, HostAndPort.Upstream(_addresses.Upstream));
        }

        try
        {
            Engine.Enable();
        }
        catch (SocketException refused)
        {
            throw new ApiException(ApiError.ListenFailed($"listen tcp {listen}: {Words(refused)}"));
        }

        _addresses = _addresses with { Listen = Engine.Listen.ToString() };
    }

    /// <summary>Stops, lets go of the port, and takes other addresses for its next start.</summary>
    public void Move(ProxyAddresses addresses)
    {
        // Port 0 of an address that nobody opens: the true one comes with the start.
        Engine.Move(new IPEndPoint(IPAddress.Loopback, 0), HostAndPort.Upstream(addresses.Upstream));
        _addresses = addresses;
    }

    private static string Words(SocketException refused) => refused.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "bind: address already in use",
        SocketError.AddressNotAvailable => "bind: cannot assign requested address",
        SocketError.AccessDenied => "bind: permission denied",
        _ => $"bind: {refused.Message}",
    };
}

/// <summary>Where a proxy listens and dials, as text.</summary>
internal sealed record ProxyAddresses(string Listen, string Upstream);
