using LBTool.Core.Faults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;

namespace LBTool.Simulation.Backends;

/// <summary>
/// The connections between the balancer and one backend, and the toxics on them. As the real balancer does, a request
/// takes the idle connection that was used last, or else opens one.
/// </summary>
internal sealed class Links
{
    private readonly Simulation _simulation;
    private readonly Member _member;
    private readonly ulong _seed;
    private readonly List<InstalledToxic> _toxics = [];
    private readonly List<Connection> _open = [];
    private readonly List<Connection> _idle = [];

    public Links(Simulation simulation, Member member)
    {
        _simulation = simulation;
        _member = member;
        var name = simulation.Plan.Scenario.Target.Backends[member.Index].Name;
        _seed = RandomStream.Derive(simulation.Plan.Seed, $"faultproxy/{name}").NextUInt64();
    }

    /// <summary>Sends a request over a connection.</summary>
    public void Send(int place)
    {
        Connection connection;
        if (_simulation.Requests[place].Tls != TlsStep.None)
        {
            // One that speaks TLS is its own.
            connection = _simulation.Requests[place].Connection ?? Open();
        }
        else if (_idle.Count > 0)
        {
            connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
        }
        else
        {
            connection = Open();
        }

        connection.Ask(place);
    }

    /// <summary>Adds a toxic, to open connections too.</summary>
    public void Add(string name, ToxicEffect effect)
    {
        var toxic = InstalledToxic.Create(name, effect, RandomStream.Derive(_seed, name));
        _toxics.Add(toxic);
        foreach (var connection in _open.ToArray())
        {
            connection.Change(effect.Stream, (chain, now) => chain.Add(toxic, now));
        }
    }

    /// <summary>Takes a toxic away, if it is there.</summary>
    public void Remove(string name)
    {
        if (_toxics.Find(toxic => toxic.Name == name) is { } toxic)
        {
            _toxics.Remove(toxic);
            foreach (var connection in _open.ToArray())
            {
                connection.Change(toxic.Effect.Stream, (chain, now) => chain.Remove(name, now));
            }
        }
    }

    /// <summary>Closes the connections that carry nothing.</summary>
    public void CloseIdle()
    {
        foreach (var connection in _idle.ToArray())
        {
            connection.Drop();
        }
    }

    /// <summary>A connection has carried its answer.</summary>
    public void Keep(Connection connection) => _idle.Add(connection);

    /// <summary>A connection is closed.</summary>
    public void Forget(Connection connection)
    {
        _open.Remove(connection);
        _idle.Remove(connection);
        _simulation.Connections[connection.Number] = null;
    }

    private Connection Open()
    {
        var connection = new Connection(_simulation, _member, this, _simulation.Connections.Count);
        _simulation.Connections.Add(connection);
        _open.Add(connection);
        foreach (var toxic in _toxics)
        {
            connection.Change(toxic.Effect.Stream, (chain, now) => chain.Add(toxic, now));
        }

        return connection;
    }
}
