using LBTool.Core.Sessions;

namespace LBTool.Live.Sessions;

/// <summary>What a session is started with.</summary>
/// <param name="Name">Unique among the sessions of this user.</param>
/// <param name="Version">Of lbtool, e.g. <c>0.1.0</c>.</param>
/// <param name="Scenario">Balancer and backends.</param>
/// <param name="Seed">Root of all randomness.</param>
public sealed record SessionSettings(string Name, string Version, SessionScenario Scenario, ulong Seed)
{
    /// <summary>Port of the balancer on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of the fault proxies' Toxiproxy API on 127.0.0.1; 0 takes a free one.</summary>
    public int ToxiproxyPort { get; init; }
}
