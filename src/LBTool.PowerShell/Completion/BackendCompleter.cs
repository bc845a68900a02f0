using System.Collections;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Completion;

/// <summary>The backends of the session.</summary>
public sealed class BackendCompleter : NameCompleter
{
    private protected override IReadOnlyList<(string Name, string Tip)> Ask(IDictionary parameters, CancellationToken stop) =>
        [.. RunningSessions.Choose(Given(parameters, "Session"), stop).Get("backends").Items.Select(item => (item.Text("name"), $"{item.Text("name")}, {item.Text("state")}"))];
}
