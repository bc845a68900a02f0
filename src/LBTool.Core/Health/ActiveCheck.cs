using System.Collections.Immutable;

namespace LBTool.Core.Health;

/// <summary>How a balancer probes each backend.</summary>
/// <param name="Interval">From the start of one probe to the start of the next; above 0.</param>
/// <param name="Timeout">How long a probe may take, above 0. When it is longer than the interval, the next one waits: there is never more than one.</param>
/// <param name="Fall">Failures in a row that take a backend down, at least 1.</param>
/// <param name="Rise">Passes in a row that bring it up, at least 1.</param>
public sealed record ActiveCheck(TimeSpan Interval, TimeSpan Timeout, int Fall, int Rise)
{
    /// <summary>Each probe is put off by a random part of this; 0 or more, less than the interval.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The port that is probed, on the backend's address; null: where requests go, through the fault proxy.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Whether it speaks TLS, over a new connection each time, so that the handshake is a part of what is asked. Any
    /// certificate will do.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>What is asked; null: a connection that is accepted is all that it takes.</summary>
    public HttpProbe? Http { get; init; }
}

/// <summary>The request of a probe, and the answer that it must get.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Begins with <c>/</c>.</param>
/// <param name="Headers">Sent along.</param>
/// <param name="Status">What the status must be among.</param>
/// <param name="Body">A text that the first 64 KB of the body must contain; null: any.</param>
public sealed record HttpProbe(
    string Method, string Path, ImmutableArray<(string Name, string Value)> Headers, StatusRanges Status, string? Body);
