using System.Net.Sockets;
using System.Text;
using LBTool.Core.Health;

namespace LBTool.Live.Health;

/// <summary>What probes say about what they found, whatever they speak.</summary>
internal static class ProbeTexts
{
    /// <summary>The largest part of a body that is looked at.</summary>
    public const int MostBody = 64 * 1024;

    /// <summary>Whoever was there did not speak TLS to its end.</summary>
    public static ProbeResult NoTls { get; } = new(false, "TLS handshake failed");

    public static ProbeResult NotConnected(SocketError error) => new(false, error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        _ => $"no connection ({error})",
    });

    /// <summary>Judges a whole answer.</summary>
    public static ProbeResult Judge(HttpProbe check, int status, ReadOnlySpan<byte> body) =>
        !check.Status.Contain(status) ? new ProbeResult(false, $"status {status}")
        : check.Body is { } text && body.IndexOf(Encoding.UTF8.GetBytes(text)) < 0 ? new ProbeResult(false, $"status {status} without '{text}' in its body")
        : new ProbeResult(true, $"status {status}");
}
