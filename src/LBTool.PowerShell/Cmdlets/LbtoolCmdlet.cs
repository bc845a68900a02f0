using System.Collections;
using System.Management.Automation;
using LBTool.PowerShell.Lbtool;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What cmdlets share that run lbtool.</summary>
public abstract class LbtoolCmdlet : LBChaosCmdlet
{
    /// <summary>The lbtool to use: its file, or the folder that it is in. Without it $env:LBTOOL_PATH decides, then an lbtool beside the module, then PATH.</summary>
    [Parameter]
    public string? LbtoolPath { get; set; }

    /// <summary>The folder that relative paths mean.</summary>
    private protected string Folder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>The lbtool to use.</summary>
    private protected string FindLbtool() =>
        LbtoolLocation.Find(LbtoolPath is null ? null : Resolve(LbtoolPath), MyInvocation.MyCommand.Module?.ModuleBase ?? Folder);

    /// <summary>Runs lbtool to its end; returns what it wrote.</summary>
    private protected string Run(IReadOnlyList<string> words, Action<string>? tell = null) =>
        new LbtoolCommand(FindLbtool(), Folder).Run(words, tell, StopToken);

    /// <summary>The words of the command line that give a scenario's variables their values.</summary>
    private protected static IEnumerable<string> VariableWords(Hashtable? variables) => (variables ?? []).Cast<DictionaryEntry>()
        .SelectMany(entry => new[] { "--var", $"{entry.Key}={LanguagePrimitives.ConvertTo<string>(entry.Value)}" });
}
