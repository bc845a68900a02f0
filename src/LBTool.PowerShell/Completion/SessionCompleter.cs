using System.Collections;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Completion;

/// <summary>The sessions that run.</summary>
public sealed class SessionCompleter : NameCompleter
{
    private protected override IReadOnlyList<(string Name, string Tip)> Ask(IDictionary parameters, CancellationToken stop) =>
        [.. RunningSessions.Answering(stop).Select(session => (session.Api.Session, session.Session.Text("balancer")))];
}
