using System.Collections.Immutable;

namespace LBTool.Core.Scenarios;

/// <summary>Something that is wrong with a scenario: where, what, and what to do instead.</summary>
/// <param name="File">The file; for a variable of the command line, <c>--var NAME</c>.</param>
/// <param name="Line">From 1; 0 when <paramref name="File"/> is not a file.</param>
/// <param name="Column">From 1; 0 when <paramref name="File"/> is not a file.</param>
/// <param name="Message">One line, complete by itself.</param>
public sealed record Problem(string File, int Line, int Column, string Message)
{
    /// <summary><c>file(line,column): message</c>, the form that editors and CI systems make a link of.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}({Line},{Column}): {Message}";
}

/// <summary>What came of reading a scenario.</summary>
/// <param name="Scenario">The scenario; null exactly when there are problems.</param>
/// <param name="Problems">All problems, in order of place.</param>
public sealed record ScenarioReading(Scenario? Scenario, ImmutableArray<Problem> Problems);
