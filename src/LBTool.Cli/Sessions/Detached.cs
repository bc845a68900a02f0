using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LBTool.Cli.Sessions;

/// <summary>
/// <c>--detach</c>: lbtool starts itself again in the background, waits until that is ready, and leaves.
/// <code>
///   lbtool start --detach ── starts ──► lbtool start --name s1   (a session of the system of its own, no terminal)
///        ◄───── one line on its output: ready ─────┤
///   exit 0                                         └─ from then on writes to the log file
/// </code>
/// Until it is ready, what it says on standard error and how it ends are told.
/// </summary>
internal static partial class Detached
{
    // Tells the process in the background what it is, and where it writes.
    private const string Variable = "LBTOOL_DETACHED_LOG";

    private const int Output = 1;
    private const int Error = 2;

    /// <summary>Where this process writes once it is ready, when it was started in the background; else null.</summary>
    public static string? Log => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : null;

    /// <summary>Starts a command line in the background. Returns the line by which it says that it is ready, or else what it said and how it ended.</summary>
    /// <param name="args">For lbtool.</param>
    /// <param name="log">Where it writes.</param>
    /// <param name="stop">Ends it, as long as it is not ready.</param>
    public static async Task<(string? Line, string Said, int ExitCode)> StartAsync(IReadOnlyList<string> args, string log, CancellationToken stop)
    {
        using var child = Process.Start(StartInfo(args, log)) ?? throw Failure.Environment("lbtool could not start itself again");
        child.StandardInput.Close();
        try
        {
            var said = child.StandardError.ReadToEndAsync(stop);
            if (await child.StandardOutput.ReadLineAsync(stop) is { } line)
            {
                return (line, "", ExitCodes.Passed);
            }

            await child.WaitForExitAsync(stop);
            return (null, await said, child.ExitCode);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            throw;
        }
    }

    /// <summary>In the background: from now on no terminal's end is this process's.</summary>
    public static void LeaveTerminal()
    {
        if (Log is not null && !OperatingSystem.IsWindows())
        {
            // Fails only for a process that leads a group already, which none does that another one started.
            _ = SetSid();
        }
    }

    /// <summary>In the background: who started it has gone, and everything goes to the log.</summary>
    public static TextWriter WriteToLog(string log)
    {
        var file = new FileStream(log, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        if (!OperatingSystem.IsWindows())
        {
            _ = Dup2(file.SafeFileHandle, Output);
            _ = Dup2(file.SafeFileHandle, Error);
        }

        return TextWriter.Synchronized(new StreamWriter(file) { AutoFlush = true });
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> args, string log)
    {
        var program = Environment.ProcessPath ?? throw Failure.Environment("lbtool cannot find its own program to start it again");
        var isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] self = isHost ? [Path.Combine(AppContext.BaseDirectory, "lbtool.dll")] : [];
        return new ProcessStartInfo(program, [.. self, .. args])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                [Variable] = log,

                // It outlives whoever starts it: that is what it is for.
                [StdinGuard.Variable] = null,
            },
        };
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Dup2(SafeHandle from, int to);
}
