using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Watches a session for a while, and throws when an expectation does not hold; or throws when the result of a scenario is no pass.</summary>
/// <remarks>
/// The error is LBChaos.AssertionFailed, or LBChaos.AssertionInconclusive when too little was measured to say: a doubt is
/// never a pass. Its target object is what was measured.
/// </remarks>
/// <example>
///   <code>Assert-LBChaos 'share{backend=b1} &lt; 5%', 'errors == 0' -For 10s</code>
///   <para>Both hold for the next 10 s, or the script ends here.</para>
/// </example>
/// <example>
///   <code>Invoke-LBChaosScenario checkout.lb.yaml | Assert-LBChaos</code>
///   <para>Fails the build when the scenario does not pass.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Assert, "LBChaos", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(Expectation), ParameterSetName = [SessionSet])]
[OutputType(typeof(ScenarioResult), ParameterSetName = [ResultSet])]
public sealed class AssertLBChaosCommand : SessionCmdlet
{
    private const string SessionSet = "Session";
    private const string ResultSet = "Result";

    /// <summary>What must hold, as a scenario writes it, such as 'p99 &lt; 100ms'. All are judged by the same stretch of time.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SessionSet)]
    [Alias("Expect")]
    [ValidateNotNullOrEmpty]
    public string[] Expectation { get; set; } = [];

    /// <summary>How long the session is watched, from now on; at most 10m.</summary>
    [Parameter(ParameterSetName = SessionSet)]
    [Alias("Duration")]
    public Duration For { get; set; } = new(TimeSpan.FromSeconds(10));

    /// <summary>The result of Invoke-LBChaosScenario or Invoke-LBChaosSimulation.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ResultSet)]
    public ScenarioResult? Result { get; set; }

    /// <summary>Write what was judged, when it passed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        if (Result is { } result)
        {
            Judge(result, result.Verdict, [.. result.Expectations.Where(expectation => !expectation.Passed).Select(expectation => $"{expectation}"), .. result.Reason is null ? Array.Empty<string>() : [result.Reason]]);
            return;
        }

        var outcomes = Watch();
        var verdict = outcomes.Any(outcome => outcome.Verdict == "failed") ? "failed" : outcomes.All(outcome => outcome.Passed) ? "passed" : "inconclusive";
        Judge(outcomes.Length == 1 ? outcomes[0] : outcomes, verdict, [.. outcomes.Where(outcome => !outcome.Passed).Select(outcome => $"{outcome}")]);
    }

    private Expectation[] Watch()
    {
        var api = Api();
        var asked = Task.WhenAll(Expectation.Select(text =>
            api.PostAsync("expect", new Dictionary<string, object> { ["expr"] = text, ["for"] = For.ToString() }, For.Time)));
        this.While($"watching session {api.Session}", For, asked);
        return [.. asked.Result.Select(answer => new Expectation(answer))];
    }

    private void Judge(object judged, string verdict, IReadOnlyList<string> why)
    {
        if (verdict != "passed")
        {
            throw new LBChaosException(
                verdict == "failed" ? Reason.AssertionFailed : Reason.AssertionInconclusive,
                why.Count == 0 ? $"{judged}" : string.Join("\n", why),
                judged);
        }

        if (PassThru)
        {
            WriteObject(judged, enumerateCollection: true);
        }
    }
}
