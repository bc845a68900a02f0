using LBTool.Core.Balancing;
using LBTool.Simulation.Backends;

namespace LBTool.Simulation;

/// <summary>A TCP connection of a client to a backend, between one line and the next: its lease goes on.</summary>
internal sealed class KeptConnection
{
    /// <summary>Whose it is, from 0.</summary>
    public required int Client { get; init; }

    /// <summary>The balancer that it goes through, from 0.</summary>
    public required short Balancer { get; init; }

    /// <summary>Its lease.</summary>
    public required Lease Lease { get; init; }

    /// <summary>The place of the lease's record.</summary>
    public required long Record { get; init; }

    /// <summary>The connection behind the balancer, where that has toxics; else null.</summary>
    public required Connection? Link { get; init; }

    /// <summary>Since when it has been silent, in ticks of the run.</summary>
    public required long Since { get; init; }

    /// <summary>Whether it carries nothing still.</summary>
    public bool IsIdle { get; set; }
}

/// <summary>The kept connections that carry nothing. As the real load driver does, a client takes the one that it used last.</summary>
/// <param name="clients">How many clients there are.</param>
internal sealed class IdleConnections(int clients)
{
    private readonly List<KeptConnection>[] _ofClients = [.. Enumerable.Range(0, clients).Select(_ => new List<KeptConnection>())];

    // All that were added, in that order: the front has been silent longest, unless it is no longer idle.
    private readonly Queue<KeptConnection> _silent = new();

    /// <summary>The one that has been silent longest; null when there is none.</summary>
    public KeptConnection? Oldest
    {
        get
        {
            while (_silent.TryPeek(out var oldest) && !oldest.IsIdle)
            {
                _silent.Dequeue();
            }

            return _silent.TryPeek(out var idle) ? idle : null;
        }
    }

    /// <summary>Those that meet a condition, always in the same order.</summary>
    public KeptConnection[] Where(Func<KeptConnection, bool> condition) => [.. _ofClients.SelectMany(kept => kept).Where(condition)];

    /// <summary>Adds one.</summary>
    public void Add(KeptConnection kept)
    {
        kept.IsIdle = true;
        _ofClients[kept.Client].Add(kept);
        _silent.Enqueue(kept);
    }

    /// <summary>Takes one away.</summary>
    public void Remove(KeptConnection kept)
    {
        kept.IsIdle = false;
        _ofClients[kept.Client].Remove(kept);
    }

    /// <summary>Takes the one that a client used last; null when it has none.</summary>
    public KeptConnection? TakeLast(int client)
    {
        if (_ofClients[client] is not [.., var last] kept)
        {
            return null;
        }

        kept.RemoveAt(kept.Count - 1);
        last.IsIdle = false;
        return last;
    }
}
