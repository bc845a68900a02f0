using LBTool.Core.Measurements;
using LBTool.Core.Reports;

namespace LBTool.Cli;

/// <summary>The file of <c>--events</c>: opened before a run starts, so that no result is lost at its end.</summary>
internal sealed class EventFile : IAsyncDisposable
{
    private readonly StreamWriter _file;

    private EventFile(StreamWriter file) => _file = file;

    /// <summary>Opens it, empty.</summary>
    /// <exception cref="Failure">It cannot be written.</exception>
    public static EventFile Create(string path)
    {
        try
        {
            return new EventFile(new StreamWriter(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failure.Environment($"--events '{path}': cannot be written: {exception.Message}");
        }
    }

    /// <summary>Adds the log of a run.</summary>
    public void Write(RunResult result) => EventLog.Write(result, _file);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
