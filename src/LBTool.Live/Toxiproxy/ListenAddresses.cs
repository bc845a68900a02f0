using System.Net;
using System.Net.Sockets;

namespace LBTool.Live.Toxiproxy;

/// <summary>
/// Turns what a client wrote into an address to listen on. Only loopback, unless remote access was allowed: then an
/// empty host is every interface, as in Toxiproxy, and else it is 127.0.0.1.
/// </summary>
/// <param name="allowRemote">Whether other machines may connect.</param>
/// <param name="resolve">Looks up a host name.</param>
internal sealed class ListenAddresses(bool allowRemote, Func<string, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan LongestLookup = TimeSpan.FromSeconds(5);

    /// <summary>Resolves one; IPv4 wins where a name has both.</summary>
    /// <param name="listen">As the client wrote it.</param>
    /// <param name="operation">Stands before the operating system's words, as Go has it.</param>
    /// <exception cref="ApiException">It is no address, its name is unknown, or it is not on loopback.</exception>
    public async Task<IPEndPoint> ResolveAsync(string listen, string operation = "")
    {
        if (!HostAndPort.TryParse(listen, out var parsed, out var error))
        {
            throw new ApiException(ApiError.ListenFailed(operation + error));
        }

        var address = parsed.Host switch
        {
            "" => !allowRemote ? IPAddress.Loopback : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            "localhost" => IPAddress.Loopback,
            var host => IPAddress.TryParse(host, out var literal) ? literal : await LookUpAsync(host, operation).ConfigureAwait(false),
        };
        return allowRemote || IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, parsed.Port)
            : throw new ApiException(ApiError.NotLoopback(listen));
    }

    private async Task<IPAddress> LookUpAsync(string host, string operation)
    {
        try
        {
            var found = await resolve(host).WaitAsync(LongestLookup).ConfigureAwait(false);
            return found.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork).First();
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException or TimeoutException or InvalidOperationException)
        {
            throw new ApiException(ApiError.ListenFailed($"{operation}lookup {host}: no such host"));
        }
    }
}
