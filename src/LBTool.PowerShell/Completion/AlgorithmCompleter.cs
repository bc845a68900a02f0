namespace LBTool.PowerShell.Completion;

/// <summary>The balancing algorithms, by name and alias.</summary>
public sealed class AlgorithmCompleter() : TableCompleter("algorithms", "rule");
