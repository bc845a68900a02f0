namespace LBTool.PowerShell.Output;

/// <summary>A built-in scenario.</summary>
public sealed class Scenario
{
    internal Scenario(Json json) => (Name, Description) = (json.Text("name"), json.Text("description"));

    /// <summary>The name that Invoke-LBChaosScenario takes.</summary>
    public string Name { get; }

    /// <summary>What it shows.</summary>
    public string Description { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
