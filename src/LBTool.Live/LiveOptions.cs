namespace LBTool.Live;

/// <summary>What the command line decides about a live world.</summary>
public sealed record LiveOptions
{
    /// <summary>Port of the balancer on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of the fault proxies' Toxiproxy API on 127.0.0.1; 0 takes a free one. Not used with a Toxiproxy server of the user's.</summary>
    public int ToxiproxyPort { get; init; }

    /// <summary>Called once everything listens; null for nobody.</summary>
    public Action<LiveWorld>? Started { get; init; }

    /// <summary>Whether the path of a request is rehearsed at the start, see <see cref="Rehearsal"/>: a fraction of a second, once in a process.</summary>
    public bool Rehearse { get; init; } = true;
}
