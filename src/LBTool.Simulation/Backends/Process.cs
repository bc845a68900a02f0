using LBTool.Core.Backends;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;

namespace LBTool.Simulation.Backends;

/// <summary>What dies with the process of a simulated backend: who is served and who waits, and what it has in memory.</summary>
internal sealed class Process
{
    private readonly RequestTable _requests;

    /// <param name="requests">All requests.</param>
    /// <param name="spec">How it behaves.</param>
    /// <param name="workers">Requests that it serves at once.</param>
    /// <param name="memory">What it knows.</param>
    public Process(RequestTable requests, BackendSpec spec, int workers, BackendProcess memory)
    {
        _requests = requests;
        Memory = memory;
        Workers = new WorkerQueue<(int Place, int Stamp)>(workers, spec.Queue, Waits);
    }

    /// <summary>Its workers and the line before them.</summary>
    public WorkerQueue<(int Place, int Stamp)> Workers { get; }

    /// <summary>What it knows, and how it behaves by itself.</summary>
    public BackendProcess Memory { get; }

    private bool Waits((int Place, int Stamp) ticket) => _requests[ticket.Place].Stamp == ticket.Stamp;
}
