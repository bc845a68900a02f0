using System.Net;
using LBTool.Core.Balancing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LBTool.Live.Balancers;

/// <summary>Finds the key of a request, and hashes it.</summary>
/// <param name="source">Which part of a request is the key.</param>
/// <param name="trustForwardedFor">Whether the first address of <c>X-Forwarded-For</c> is the client's.</param>
internal sealed class RequestKey(KeySource source, bool trustForwardedFor)
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <summary>The hash of a request's key; false when the request has none, or an empty one.</summary>
    public bool TryHash(HttpContext context, out ulong hash) => source.Part switch
    {
        KeyPart.Client => TryHashClient(context, out hash),
        KeyPart.Path => TryHash(context.Request.Path.Value, out hash),
        KeyPart.Header => TryHash(context.Request.Headers[source.Name!], out hash),
        KeyPart.Cookie => TryHash(context.Request.Cookies[source.Name!], out hash),
        _ => TryHash(context.Request.Query[source.Name!], out hash),
    };

    private bool TryHashClient(HttpContext context, out ulong hash)
    {
        var client = trustForwardedFor ? Forwarded(context.Request.Headers[ForwardedFor]) : null;
        client ??= context.Connection.RemoteIpAddress;
        hash = client is null ? 0 : ClientKey.Of(client);
        return client is not null;
    }

    private static IPAddress? Forwarded(StringValues values)
    {
        var first = values.Count == 0 ? default : values[0].AsSpan();
        var comma = first.IndexOf(',');
        return IPAddress.TryParse((comma < 0 ? first : first[..comma]).Trim(), out var address) ? address : null;
    }

    private static bool TryHash(StringValues values, out ulong hash)
    {
        var text = values.ToString();
        hash = KeyHash.Of(text);
        return text.Length > 0;
    }
}
