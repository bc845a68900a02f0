using System.Collections.Immutable;
using System.Globalization;
using LBTool.Core.Arrivals;
using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>What requests carry that balancers and backends look at, as the load driver of a real run makes them.</summary>
internal sealed class Traffic
{
    /// <summary>The method of every request.</summary>
    public const string Method = "GET";

    private const string PlainPath = "/";
    private const string NumberHeader = "x-lb-request";

    // A GET with the headers that driver and balancer add; a number in a line of its own.
    private const int GetBytes = 110;
    private const int LineBytes = 4;

    private readonly RequestMix _mix;
    private readonly KeySpec? _keys;
    private readonly string?[] _paths;
    private readonly ImmutableArray<ulong> _clients;
    private readonly CookieJar[] _jars;
    private readonly int _sessions;

    public Traffic(RunPlan plan)
    {
        var load = plan.Scenario.Load;
        _mix = new RequestMix(load, plan.Seed);
        _keys = load.Keys;
        _paths = new string?[load.Keys?.Count ?? 0];
        _clients = [.. Enumerable.Range(0, load.Clients).Select(index => KeyHash.Of(ClientAddress.Of(index, load.Clients).GetAddressBytes()))];
        _sessions = load.Sessions;
        KeepsConnections = plan.Scenario.Target.Protocol == Protocol.Tcp && load.Connections == ConnectionUse.Kept;
        RequestBytes = plan.Scenario.Target.Protocol == Protocol.Tcp ? LineBytes : GetBytes;
        _jars = [.. Enumerable.Range(0, load.Clients * load.Sessions).Select(_ => new CookieJar())];
    }

    /// <summary>Size of a request on its way to a backend, within a few bytes.</summary>
    public int RequestBytes { get; }

    /// <summary>Whether clients keep TCP connections; HTTP balancers look at requests, and do not care.</summary>
    public bool KeepsConnections { get; }

    /// <summary>Whose a request is, from 0.</summary>
    public int ClientOf(long number) => _mix.ClientOf(number);

    /// <summary>The path of a request, by which backends cache it.</summary>
    /// <param name="number">The request's number.</param>
    public string PathOf(long number)
    {
        if (_keys is null)
        {
            return PlainPath;
        }

        var key = _mix.KeyOf(number);
        return _paths[key] ??= PlainPath + RequestMix.NameOf(key);
    }

    /// <summary>The cookies of a request's session; null when nobody keeps any.</summary>
    /// <param name="number">The request's number.</param>
    public CookieJar? JarOf(long number) =>
        _sessions == 0 ? null : _jars[(_mix.ClientOf(number) * _sessions) + _mix.SessionOf(number)];

    /// <summary>The hash of a part of a request; false when the request does not have it.</summary>
    /// <param name="source">The part.</param>
    /// <param name="number">The request's number.</param>
    /// <param name="hash">The hash.</param>
    public bool TryHash(KeySource source, long number, out ulong hash)
    {
        var isKey = IsSame(source, _keys?.Also);
        var isNumber = !isKey && IsSame(source, new KeySource(KeyPart.Header, NumberHeader));
        hash = source.Part switch
        {
            _ when isKey => KeyHash.Of(PathOf(number).AsSpan(PlainPath.Length)),
            _ when isNumber => KeyHash.Of(number.ToString(CultureInfo.InvariantCulture)),
            KeyPart.Client => _clients[_mix.ClientOf(number)],
            KeyPart.Path => KeyHash.Of(PathOf(number)),
            _ => 0,
        };
        return isKey || isNumber || source.Part is KeyPart.Client or KeyPart.Path;
    }

    // Names of headers are the same in any case, and so are names of query parameters for the real balancer.
    private static bool IsSame(KeySource source, KeySource? other) =>
        source.Part == other?.Part && (source.Part == KeyPart.Cookie
            ? source.Name == other.Value.Name
            : string.Equals(source.Name, other.Value.Name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The cookies that one session of a client was given.</summary>
internal sealed class CookieJar
{
    /// <summary>Index of the backend whose token the balancer gave; null before.</summary>
    public int? Owner { get; set; }

    /// <summary>The id that a backend gave; null before.</summary>
    public string? Session { get; set; }
}
