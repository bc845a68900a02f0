using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Rendering;

/// <summary>A resolved plan as lines: <c>--verbose</c>.</summary>
internal static class PlanText
{
    /// <summary>One line a fault, with its times and backends.</summary>
    public static string Write(RunPlan plan) => string.Join('\n',
        plan.Faults
            .Select(fault => $"  {Durations.Format(fault.Start)} .. {Durations.Format(fault.End)}  {fault.Name} on "
                + string.Join(", ", fault.Backends.Select(index => plan.Backends[index])))
            .Prepend($"plan: seed {plan.Seed}, backends {string.Join(", ", plan.Backends)}, {plan.Faults.Length} faults"));
}
