using System.Diagnostics;
using System.Text;

namespace LBTool.PowerShell.Lbtool;

/// <summary>
/// An lbtool that we started. A guarded one lives no longer than this process: it watches its standard input, whose other
/// end is ours, and ends in order when that closes, however we ended.
/// </summary>
internal sealed class LbtoolProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private LbtoolProcess(Process process) => _process = process;

    /// <summary>What it writes as its result.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>What it tells besides.</summary>
    public StreamReader Error => _process.StandardError;

    /// <summary>How it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts it.</summary>
    /// <param name="file">The program, or an <c>lbtool.dll</c>.</param>
    /// <param name="words">Its arguments.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="guarded">Whether it ends with us.</param>
    /// <exception cref="LBChaosException">It cannot be started.</exception>
    public static LbtoolProcess Start(string file, IEnumerable<string> words, string folder, bool guarded = true)
    {
        var assembly = file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(assembly ? "dotnet" : file, CommandLine.Join(assembly ? words.Prepend(file) : words))
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (guarded)
        {
            start.Environment["LBTOOL_STDIN_GUARD"] = "1";
        }

        try
        {
            return new LbtoolProcess(Process.Start(start)!);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new LBChaosException(Reason.LbtoolNotFound, $"'{file}' cannot be started: {exception.Message}", file, exception);
        }
    }

    /// <summary>Lets it end in order; ends it at once when it does not within 10 s.</summary>
    public void Stop()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        if (!_process.WaitForExit((int)Patience.TotalMilliseconds))
        {
            Kill();
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Whether it ended in that time.</returns>
    public bool WaitForExit(TimeSpan patience) => _process.WaitForExit((int)patience.TotalMilliseconds);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Stop();
        }

        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended just now.
        }
    }
}
