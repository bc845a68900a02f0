namespace LBTool.Live.Tests;

/// <summary>
/// Tests that keep every processor busy for seconds. Nothing else runs beside them: their thousands of tasks would stand in
/// line before the one that a test of probes, timeouts or answers waits for.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Busy
{
    public const string Name = "busy";
}
