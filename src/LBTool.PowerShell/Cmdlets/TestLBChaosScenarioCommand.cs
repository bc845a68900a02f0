using System.Management.Automation;
using LBTool.PowerShell.Completion;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Says whether a scenario is valid, and starts nothing. Everything that is wrong with it is an error with file, line and column.</summary>
/// <example>
///   <code>Get-ChildItem *.lb.yaml | Test-LBChaosScenario</code>
///   <para>True or false for each.</para>
/// </example>
/// <example>
///   <code>Test-LBChaosScenario checkout.lb.yaml -Expect 'p95 &lt; 40ms' -ErrorAction SilentlyContinue -ErrorVariable problems</code>
///   <para>The problems in a variable.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "LBChaosScenario")]
[OutputType(typeof(bool))]
public sealed class TestLBChaosScenarioCommand : ScenarioCmdlet
{
    /// <summary>This algorithm with its default parameters, instead of the scenario's, whose key it keeps.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AlgorithmCompleter))]
    public string? Algorithm { get; set; }

    private protected override void Process()
    {
        try
        {
            Run(["check", .. ScenarioWords(), .. Algorithm is null ? Array.Empty<string>() : ["--algo", Algorithm]]);
            WriteObject(true);
        }
        catch (LBChaosException problems) when (problems.ErrorId == Reason.InvalidScenario.Id)
        {
            foreach (var problem in problems.Message.Split('\n'))
            {
                WriteError(new LBChaosException(Reason.InvalidScenario, problem.Trim(), Scenario).ToRecord());
            }

            WriteObject(false);
        }
    }
}
