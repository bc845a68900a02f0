namespace LBTool.PowerShell.Completion;

/// <summary>The built-in scenarios.</summary>
public sealed class ScenarioCompleter() : TableCompleter("scenarios", "description");
