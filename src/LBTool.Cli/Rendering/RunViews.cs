using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;

namespace LBTool.Cli.Rendering;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunView
{
    /// <summary>Shows what <paramref name="run"/> reports until it ends; returns its result.</summary>
    /// <param name="plan">What runs.</param>
    /// <param name="title">Which attempt it is, in words.</param>
    /// <param name="run">Runs it; is handed what to report to.</param>
    Task<RunResult> ShowAsync(RunPlan plan, string title, Func<Action<RunProgress>?, Task<RunResult>> run);
}

/// <summary>Shows nothing: <c>--quiet</c>.</summary>
internal sealed class SilentView : IRunView
{
    /// <inheritdoc/>
    public Task<RunResult> ShowAsync(RunPlan plan, string title, Func<Action<RunProgress>?, Task<RunResult>> run) => run(null);
}
