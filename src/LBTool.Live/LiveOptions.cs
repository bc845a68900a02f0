namespace LBTool.Live;

/// <summary>What the command line decides about a live world.</summary>
public sealed record LiveOptions
{
    /// <summary>Port of the balancer on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }
}
