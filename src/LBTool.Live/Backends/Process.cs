using LBTool.Core.Backends;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Backends;

/// <summary>What dies with the process of a backend: who is served and who waits, and what it has in memory.</summary>
/// <param name="Places">Where requests are served.</param>
/// <param name="Memory">What it knows, and how it behaves by itself.</param>
internal sealed record Process(Places Places, BackendProcess Memory)
{
    /// <summary>Stands for "no limit": more than there can be requests in flight.</summary>
    public const int Unlimited = int.MaxValue;

    /// <summary>Places of a backend that has lost none.</summary>
    public static int PlacesOf(BackendSpec spec) => spec.Concurrency ?? Unlimited;
}
