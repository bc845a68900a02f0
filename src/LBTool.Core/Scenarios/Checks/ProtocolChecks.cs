using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Checks;

/// <summary>Whether faults and load are such as the protocol has; <see cref="TargetKeys"/> looks at the target itself.</summary>
internal static class ProtocolChecks
{
    /// <summary>Reports what the protocol does not have.</summary>
    public static void Run(ScenarioDraft draft, Problems problems)
    {
        if (draft.Target is not { Protocol: var protocol })
        {
            return;
        }

        foreach (var draftOfFault in draft.Faults)
        {
            if (draftOfFault is { Fault.Effect: { } effect, Name: { } name } && ProtocolRules.Refuses(protocol, effect) is { } why)
            {
                problems.Add(name.Place, why);
            }
        }

        foreach (var why in draft.Load is { } load ? ProtocolRules.Refuses(protocol, load.Value) : [])
        {
            problems.Add(draft.Load!.Place, why);
        }
    }
}
