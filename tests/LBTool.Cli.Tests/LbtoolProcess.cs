using System.Diagnostics;
using System.Text;

namespace LBTool.Cli.Tests;

/// <summary>The built lbtool as a process of its own, for what only a process has: signals and its end.</summary>
internal sealed class LbtoolProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Process _process;
    private readonly DirectoryInfo? _ownState;

    public LbtoolProcess(params IEnumerable<string> args)
        : this(state: null, args)
    {
    }

    /// <param name="state">Folder of its session files; null for one of its own.</param>
    /// <param name="args">Its command line.</param>
    /// <param name="environment">More variables of its environment.</param>
    public LbtoolProcess(string? state, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        _ownState = state is null ? Directory.CreateTempSubdirectory("lbtool-state-") : null;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "lbtool.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = state is not null,
            Environment = { ["LBTOOL_STATE"] = state ?? _ownState!.FullName },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>Returns when standard output has this text.</summary>
    public async Task WaitForOutputAsync(string text)
    {
        var patience = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"ended with {(_process.HasExited ? _process.ExitCode : 0)}: {Output}{Error}");
            Assert.True(patience.Elapsed < Deadline, $"'{text}' did not come: {Output}{Error}");
            await Task.Delay(20);
        }
    }

    /// <summary>Ends its standard input, as the end of the program that holds it would.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        _ownState?.Delete(recursive: true);
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append('\n');
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
