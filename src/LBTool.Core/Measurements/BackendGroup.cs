using System.Collections.Immutable;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>Backends that are measured as one: a single one, or all copies of one in a scenario made larger.</summary>
/// <param name="Members">Their indices, ascending; at least one.</param>
public sealed record BackendGroup(ImmutableArray<int> Members)
{
    /// <summary>The backend of this name with its copies; null when there is none.</summary>
    public static BackendGroup? Of(string name, ImmutableArray<BackendSpec> backends)
    {
        ImmutableArray<int> members = [.. Enumerable.Range(0, backends.Length).Where(index => backends[index].Name == name || backends[index].CopyOf == name)];
        return members.IsEmpty ? null : new BackendGroup(members);
    }

    /// <summary>A single backend, by its index.</summary>
    public static implicit operator BackendGroup(int index) => new([index]);
}
