using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Draining;

/// <summary>Drains that faults began: a backend that several of them drain is back when the last one has ended.</summary>
/// <param name="drains">Does the draining.</param>
/// <param name="deadline">Of faults that say none.</param>
public sealed class FaultDrains(Drains drains, TimeSpan deadline)
{
    private readonly Dictionary<Backend, HashSet<string>> _faults = [];

    /// <summary>A fault begins; one with another effect does nothing here.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="backends">Whom it hits.</param>
    /// <param name="now">Time of the run.</param>
    /// <returns>The drains that go on now because of it.</returns>
    public IReadOnlyList<Drain> Begin(PlannedFault fault, IEnumerable<Backend> backends, TimeSpan now)
    {
        if (fault.Effect is not ActionEffect { Action: BackendAction.Drain } effect)
        {
            return [];
        }

        var begun = new List<Drain>();
        foreach (var backend in backends)
        {
            FaultsOf(backend).Add(fault.Name);
            begun.Add(drains.Begin(backend, now, effect.Deadline ?? deadline));
        }

        return begun;
    }

    /// <summary>A fault ends; one that did not begin here does nothing.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="backends">Whom it hits.</param>
    /// <param name="now">Time of the run.</param>
    public void End(PlannedFault fault, IEnumerable<Backend> backends, TimeSpan now)
    {
        foreach (var backend in backends)
        {
            var faults = FaultsOf(backend);
            if (faults.Remove(fault.Name) && faults.Count == 0)
            {
                drains.End(backend, now);
            }
        }
    }

    private HashSet<string> FaultsOf(Backend backend)
    {
        if (!_faults.TryGetValue(backend, out var faults))
        {
            _faults[backend] = faults = [];
        }

        return faults;
    }
}
