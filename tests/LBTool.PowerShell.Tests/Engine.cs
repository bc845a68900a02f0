using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Shell = System.Management.Automation.PowerShell;

namespace LBTool.PowerShell.Tests;

/// <summary>
/// PowerShell's own engine with the staged module in it, and a folder and a state of its own: no session of another test
/// is seen. It has the core cmdlets only.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly Runspace _runspace;
    private readonly string? _stateBefore = Environment.GetEnvironmentVariable("LBTOOL_STATE");

    public Engine(string folderName = "lbtool-module-")
    {
        Folder = Directory.CreateTempSubdirectory(folderName).FullName;
        Environment.SetEnvironmentVariable("LBTOOL_STATE", Path.Combine(Folder, "state"));
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Built.Module]);
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(Folder));
    }

    /// <summary>The current location, empty at first.</summary>
    public string Folder { get; }

    public void Dispose()
    {
        Run("Remove-Module LBChaos");
        _runspace.Dispose();
        Environment.SetEnvironmentVariable("LBTOOL_STATE", _stateBefore);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Runs a script to its end.</summary>
    public Outcome Run(string script)
    {
        using var shell = Begin(script);
        try
        {
            return Outcome.Of(shell.Invoke(), shell.Streams, null);
        }
        catch (RuntimeException thrown)
        {
            return Outcome.Of([], shell.Streams, thrown.ErrorRecord);
        }
    }

    /// <summary>Runs a script that must have neither error nor warning; returns what it wrote.</summary>
    public IReadOnlyList<PSObject> Good(string script)
    {
        var outcome = Run(script);
        Assert.Null(outcome.Thrown);
        Assert.Empty(outcome.Errors);
        return outcome.Objects;
    }

    /// <summary>The same, for a script that writes one object.</summary>
    public T Value<T>(string script) => Assert.IsAssignableFrom<T>(Assert.Single(Good(script)).BaseObject);

    /// <summary>What Tab offers at the end of a line.</summary>
    public IReadOnlyList<string> Complete(string line)
    {
        using var shell = Shell.Create(_runspace);
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches.Select(match => match.CompletionText)];
    }

    /// <summary>A shell with a script that has not begun.</summary>
    public Shell Begin(string script) => Shell.Create(_runspace).AddScript(script);
}

/// <summary>What came of a script.</summary>
internal sealed record Outcome(
    IReadOnlyList<PSObject> Objects, IReadOnlyList<ErrorRecord> Errors, ErrorRecord? Thrown, IReadOnlyList<ProgressRecord> Progress, IReadOnlyList<string> Verbose)
{
    /// <summary>The only error, thrown or written.</summary>
    public ErrorRecord Error => Thrown ?? Assert.Single(Errors);

    public static Outcome Of(IReadOnlyList<PSObject> objects, PSDataStreams streams, ErrorRecord? thrown) => new(
        [.. objects], [.. streams.Error], thrown, [.. streams.Progress], [.. streams.Verbose.Select(record => record.Message)]);

    /// <summary>Asserts the id of the only error, and that it has a category, advice and a message.</summary>
    public ErrorRecord MustBe(string reason)
    {
        Assert.Equal($"LBChaos.{reason}", Error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.False(string.IsNullOrWhiteSpace(Error.ErrorDetails?.RecommendedAction));
        Assert.False(string.IsNullOrWhiteSpace(Error.Exception.Message));
        return Error;
    }
}
