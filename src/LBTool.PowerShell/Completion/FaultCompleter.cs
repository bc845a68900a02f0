using System.Collections;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Completion;

/// <summary>The faults that act in the session.</summary>
public sealed class FaultCompleter : NameCompleter
{
    private protected override IReadOnlyList<(string Name, string Tip)> Ask(IDictionary parameters, CancellationToken stop) =>
        [.. RunningSessions.Choose(Given(parameters, "Session"), stop).Get("faults").Items.Select(item => (item.Text("name"), item.Text("summary") is { Length: > 0 } tip ? tip : item.Text("name")))];
}
