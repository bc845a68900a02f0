using System.Collections;
using System.Globalization;
using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Lbtool;
using LBTool.PowerShell.Sessions;
using OutputSession = LBTool.PowerShell.Output.Session;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>
/// Starts a session: a load balancer with the algorithm of your choice, fake backends, and a fault proxy in front of each.
/// </summary>
/// <remarks>
/// The session serves on loopback and ends with Stop-LBChaos, with this PowerShell, however that ends, or when the module
/// is removed. With -Detach it lives until it is stopped.
/// </remarks>
/// <example>
///   <code>Start-LBChaos -Algorithm p2c -Backends 5 -Load 500/s</code>
///   <para>Five backends behind power-of-two-choices, with 500 requests a second.</para>
/// </example>
/// <example>
///   <code>$session = Start-LBChaos -Scenario checkout.lb.yaml; Invoke-WebRequest $session.Balancer; $session | Stop-LBChaos</code>
///   <para>The backends and the algorithm of a scenario, one request of your own, and the end.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "LBChaos", SupportsShouldProcess = true)]
[OutputType(typeof(OutputSession))]
public sealed class StartLBChaosCommand : LbtoolCmdlet
{
    /// <summary>The balancing algorithm, by name or alias; the first of the table by default.</summary>
    [Parameter(Position = 0)]
    [Alias("Algo")]
    [ArgumentCompleter(typeof(AlgorithmCompleter))]
    public string? Algorithm { get; set; }

    /// <summary>What is balanced: http, requests, by default; or tcp, connections.</summary>
    [Parameter]
    [ValidateSet("http", "tcp")]
    public string? Protocol { get; set; }

    /// <summary>How many backends, 1 to 1000; 3 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? Backends { get; set; }

    /// <summary>A scenario file or a built-in scenario whose target the session has.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ScenarioCompleter))]
    public string? Scenario { get; set; }

    /// <summary>Values of that scenario's variables, by name.</summary>
    [Parameter]
    public Hashtable? Variable { get; set; }

    /// <summary>The session's name; lbtool chooses one by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Port of the balancer on 127.0.0.1; any free one by default.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? Port { get; set; }

    /// <summary>Load from the start, such as 500/s.</summary>
    [Parameter]
    public string? Load { get; set; }

    /// <summary>How long a backend takes to answer, such as 20ms; 10ms by default.</summary>
    [Parameter]
    public string? Latency { get; set; }

    /// <summary>Root of all randomness; chosen by default.</summary>
    [Parameter]
    public ulong? Seed { get; set; }

    /// <summary>How long the start may take; 30s by default.</summary>
    [Parameter]
    public Duration Timeout { get; set; } = new(TimeSpan.FromSeconds(30));

    /// <summary>Let the session outlive this PowerShell.</summary>
    [Parameter]
    public SwitchParameter Detach { get; set; }

    private protected override void Process()
    {
        if (!ShouldProcess(Name ?? "a new session", "start"))
        {
            return;
        }

        var words = Words();
        var process = LbtoolProcess.Start(FindLbtool(), words, Folder, guarded: !Detach);
        SessionFile session;
        try
        {
            session = Ready(process, words);
        }
        catch
        {
            process.Dispose();
            throw;
        }

        if (Detach)
        {
            process.Dispose();
        }
        else
        {
            OwnedSessions.Hold(session.Name, process);
        }

        WriteObject(new OutputSession(new ControlApi(session, StopToken).Get("session")));
    }

    private List<string> Words()
    {
        var words = new List<string> { "start", "--format", "json" };
        if (Detach)
        {
            words.Add("--detach");
        }

        Add("--protocol", Protocol);
        Add("--algo", Algorithm);
        Add("--backends", Backends);
        Add("--scenario", Scenario is null ? null : File.Exists(Resolve(Scenario)) ? Resolve(Scenario) : Scenario);
        words.AddRange(VariableWords(Variable));
        Add("--name", Name);
        Add("--port", Port);
        Add("--load", Load);
        Add("--latency", Latency);
        Add("--seed", Seed);
        return words;

        void Add(string option, object? value)
        {
            if (value is not null)
            {
                words.AddRange([option, Convert.ToString(value, CultureInfo.InvariantCulture)!]);
            }
        }
    }

    // The first line that it writes says that it is ready, and where.
    private SessionFile Ready(LbtoolProcess process, IReadOnlyList<string> words)
    {
        using var registration = StopToken.Register(process.Stop);
        var line = process.Output.ReadLineAsync();
        if (!line.Wait((int)Timeout.Time.TotalMilliseconds))
        {
            throw new LBChaosException(Reason.TimedOut, $"the session was not ready within {Timeout}: lbtool {string.Join(" ", words)}");
        }

        StopToken.ThrowIfCancellationRequested();
        if (line.Result is { } ready && SessionFile.From(Json.Parse(ready)) is { } session)
        {
            return session;
        }

        var told = process.Error.ReadToEnd().Trim();
        process.WaitForExit(Timeout.Time);
        throw process.HasExited && told.Length > 0
            ? Failed(LbtoolCommand.Ended(process.ExitCode, words, [told]))
            : new LBChaosException(Reason.LbtoolTooOld, $"lbtool did not say where the session is, but: {line.Result}{told}");
    }

    private static LBChaosException Failed(LBChaosException ended) =>
        ended.ErrorId == Reason.Environment.Id ? new LBChaosException(Reason.StartFailed, ended.Message)
            : ended.ErrorId == Reason.InvalidScenario.Id ? new LBChaosException(Reason.BadRequest, ended.Message)
            : ended;
}
