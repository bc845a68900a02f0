using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Checks;

/// <summary>Whether the fault proxy that was chosen can do every fault.</summary>
internal static class EngineChecks
{
    /// <summary>Reports faults that it cannot do.</summary>
    public static void Run(ScenarioDraft draft, Problems problems)
    {
        if (draft.Target?.Toxiproxy is null)
        {
            return;
        }

        foreach (var draftOfFault in draft.Faults)
        {
            if (draftOfFault is { Fault: { } fault, Name: { } name } && ToxiproxyEngine.Refuses(fault.Effect) is { } why)
            {
                problems.Add(name.Place, why);
            }
        }
    }
}
