using LBTool.Core.Sessions;

namespace LBTool.Cli.Running;

/// <summary>What the command line of <c>lbtool start</c> asks for.</summary>
/// <param name="Name">Of the session; null for the next free one.</param>
/// <param name="Scenario">What it starts from.</param>
/// <param name="Load">What is driven from the start; null: nothing.</param>
/// <param name="Port">Where the balancer listens; 0 for any free port.</param>
/// <param name="ToxiproxyPort">Where the Toxiproxy API of our own fault proxies listens; 0 for any free port.</param>
/// <param name="Seed">Root of all randomness; null to choose one.</param>
/// <param name="Quiet">Nothing but the addresses.</param>
/// <param name="Json">One line of JSON when it is ready, and nothing after it.</param>
/// <param name="StdinGuard">Whether it ends when standard input does.</param>
internal sealed record StartOptions(
    string? Name,
    SessionScenario Scenario,
    BodyReading<Core.Scenarios.Load>? Load,
    int Port,
    int ToxiproxyPort,
    ulong? Seed,
    bool Quiet,
    bool Json,
    bool StdinGuard);
