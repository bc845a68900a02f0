using System.Collections.Immutable;
using LBTool.Core.Sessions;

namespace LBTool.Live.Sessions;

/// <summary>The backends of a session.</summary>
public sealed class SessionBackends
{
    private volatile ImmutableList<SessionBackend> _all = [];

    /// <summary>All of them, in the order in which they joined.</summary>
    public IReadOnlyList<SessionBackend> All => _all;

    /// <summary>Their names.</summary>
    public ImmutableArray<string> Names => [.. _all.Select(backend => backend.Name)];

    /// <summary>The backend of that name.</summary>
    /// <exception cref="Refusal">There is none.</exception>
    public SessionBackend Find(string name) => _all.Find(backend => backend.Name == name) ?? throw Refusal.NoSuch("backend", name, Names);

    internal void Begin(LiveWorld world, ImmutableArray<WrittenBackend> written) => _all =
    [
        .. written.Zip(world.Members, (backend, member) =>
            new SessionBackend(backend, member, world.Pool!.Backends.First(pooled => pooled.Name == member.Name))),
    ];
}
