using LBTool.Core.Balancing;
using LBTool.Core.Sessions;

namespace LBTool.Live.Sessions;

/// <summary>A backend of a session.</summary>
/// <param name="Written">How it behaves, as it was written.</param>
/// <param name="Member">The fake backend and its fault proxy.</param>
/// <param name="Pooled">The same as the balancer sees it.</param>
public sealed record SessionBackend(WrittenBackend Written, LiveMember Member, Backend Pooled)
{
    /// <summary>Its name.</summary>
    public string Name => Pooled.Name;

    /// <summary>Its number, never given twice.</summary>
    public int Index => Pooled.Index;
}
