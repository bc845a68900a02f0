using System.Collections.Concurrent;
using System.Management.Automation;
using LBTool.PowerShell.Lbtool;

namespace LBTool.PowerShell.Sessions;

/// <summary>
/// The sessions that this PowerShell started and that end with it. Each is held here for as long as it may live, since
/// its end of the pipe must not be collected.
/// </summary>
public sealed class OwnedSessions : IModuleAssemblyCleanup
{
    private static readonly ConcurrentDictionary<string, LbtoolProcess> Processes = new();

    /// <summary>Ends them all, when the module is removed.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        foreach (var name in Processes.Keys)
        {
            End(name);
        }
    }

    internal static void Hold(string name, LbtoolProcess process)
    {
        // What it says from now on must be read by someone, or it stops when the pipe is full.
        _ = process.Output.BaseStream.CopyToAsync(Stream.Null);
        _ = process.Error.BaseStream.CopyToAsync(Stream.Null);
        Processes[name] = process;
    }

    /// <summary>Ends one, if it is ours; returns whether it was.</summary>
    internal static bool End(string name)
    {
        if (!Processes.TryRemove(name, out var process))
        {
            return false;
        }

        process.Dispose();
        return true;
    }
}
