using System.Collections;
using System.Management.Automation;
using LBTool.PowerShell.Completion;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What cmdlets share that take a scenario.</summary>
public abstract class ScenarioCmdlet : LbtoolCmdlet
{
    /// <summary>A scenario file, or the name of a built-in scenario. A file wins over a built-in scenario of the same name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName", "PSPath", "Name")]
    [ArgumentCompleter(typeof(ScenarioCompleter))]
    [ValidateNotNullOrEmpty]
    public string Scenario { get; set; } = "";

    /// <summary>Values of the scenario's variables, by name.</summary>
    [Parameter]
    public Hashtable? Variable { get; set; }

    /// <summary>More expectations, such as 'p95 &lt; 40ms'.</summary>
    [Parameter]
    public string[] Expect { get; set; } = [];

    /// <summary>The words of the command line that name the scenario with its changes.</summary>
    private protected IEnumerable<string> ScenarioWords()
    {
        var file = Resolve(Scenario);
        return new[] { File.Exists(file) ? file : Scenario }
            .Concat(VariableWords(Variable))
            .Concat(Expect.SelectMany(text => new[] { "--expect", text }));
    }
}
