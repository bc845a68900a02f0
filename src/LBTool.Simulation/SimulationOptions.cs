namespace LBTool.Simulation;

/// <summary>What the command line decides about a simulation.</summary>
public sealed record SimulationOptions
{
    /// <summary>Time that a message takes from client to balancer, from balancer to backend, and each way back; 0 or more.</summary>
    public TimeSpan NetworkDelay { get; init; }

    /// <summary>
    /// Whether each request is written down. Without it a run takes memory for what is under way only, and
    /// <see cref="SimulatedWorld.Tally"/> is all that it tells.
    /// </summary>
    public bool Record { get; init; } = true;
}
