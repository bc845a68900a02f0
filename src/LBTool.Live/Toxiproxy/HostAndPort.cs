using System.Globalization;
using System.Net;

namespace LBTool.Live.Toxiproxy;

/// <summary>An address as clients write it: <c>host:port</c>, <c>[::1]:port</c>, <c>:port</c>, or nothing at all.</summary>
/// <param name="Host">A name or an address without brackets; empty when only a port was written.</param>
/// <param name="Port">0 … 65535; 0 for any.</param>
internal readonly record struct HostAndPort(string Host, int Port)
{
    /// <summary>Reads one; when it is none, says why in Go's words.</summary>
    public static bool TryParse(string text, out HostAndPort parsed, out string error)
    {
        parsed = new HostAndPort("", 0);
        error = "";
        if (text.Length == 0)
        {
            return true;
        }

        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']') && host.Length >= 2;
        if (colon < 0 || text.EndsWith(']'))
        {
            error = $"address {text}: missing port in address";
        }
        else if (host.Contains(':') && !bracketed)
        {
            error = $"address {text}: too many colons in address";
        }
        else if (text[(colon + 1)..] is { Length: > 0 } digits && !digits.All(char.IsAsciiDigit))
        {
            error = $"address tcp/{digits}: unknown port";
        }
        else if (!TryPort(text[(colon + 1)..], out var port))
        {
            error = $"address {text[(colon + 1)..]}: invalid port";
        }
        else
        {
            parsed = new HostAndPort(bracketed ? host[1..^1] : host, port);
        }

        return error.Length == 0;
    }

    /// <summary>Where a proxy dials: an address, a name to be resolved at each dial, or null when it is neither.</summary>
    public static EndPoint? Upstream(string text) =>
        !TryParse(text, out var parsed, out _) || parsed.Port == 0 ? null
        : parsed.Host.Length == 0 ? new IPEndPoint(IPAddress.Loopback, parsed.Port)
        : IPAddress.TryParse(parsed.Host, out var address) ? new IPEndPoint(address, parsed.Port)
        : new DnsEndPoint(parsed.Host, parsed.Port);

    private static bool TryPort(string digits, out int port)
    {
        port = 0;
        return digits.Length == 0
            || (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue);
    }
}
