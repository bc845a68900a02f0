using System.Collections.Immutable;
using System.Globalization;
using LBTool.Core.Arrivals;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>What requests carry that balancers and backends look at, as the load driver of a real run makes them.</summary>
internal sealed class Traffic
{
    /// <summary>The path of every request.</summary>
    public const string Path = "/";

    /// <summary>The method of every request.</summary>
    public const string Method = "GET";

    /// <summary>By what a backend caches a request: it has no query, so it is the path.</summary>
    public const string CacheKey = Path;

    private const string NumberHeader = "x-lb-request";

    // A GET with the headers that driver and balancer add; a number in a line of its own.
    private const int GetBytes = 110;
    private const int LineBytes = 4;

    private readonly ImmutableArray<ulong> _clients;

    public Traffic(Scenario scenario)
    {
        var clients = scenario.Load.Clients;
        _clients = [.. Enumerable.Range(0, clients).Select(index => KeyHash.Of(ClientAddress.Of(index, clients).GetAddressBytes()))];
        RequestBytes = scenario.Target.Protocol == Protocol.Tcp ? LineBytes : GetBytes;
    }

    /// <summary>Size of a request on its way to a backend, within a few bytes.</summary>
    public int RequestBytes { get; }

    /// <summary>The hash of a part of a request; false when the request does not have it.</summary>
    /// <param name="source">The part.</param>
    /// <param name="number">The request's number.</param>
    /// <param name="hash">The hash.</param>
    public bool TryHash(KeySource source, long number, out ulong hash)
    {
        hash = source.Part switch
        {
            KeyPart.Client => _clients[(int)((number - 1) % _clients.Length)],
            KeyPart.Path => KeyHash.Of(Path),
            KeyPart.Header when IsNumber(source) => KeyHash.Of(number.ToString(CultureInfo.InvariantCulture)),
            _ => 0,
        };
        return source.Part is KeyPart.Client or KeyPart.Path || IsNumber(source);
    }

    private static bool IsNumber(KeySource source) =>
        source.Part == KeyPart.Header && NumberHeader.Equals(source.Name, StringComparison.OrdinalIgnoreCase);
}
