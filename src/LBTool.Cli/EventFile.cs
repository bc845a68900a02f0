using LBTool.Core.Measurements;
using LBTool.Core.Reports;

namespace LBTool.Cli;

/// <summary>The file of <c>--events</c>: opened before a run starts, so that no result is lost at its end.</summary>
internal sealed class EventFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly StreamWriter _file;

    private EventFile(string path)
    {
        _path = path;
        _file = new StreamWriter(path);
    }

    /// <summary>Opens it, empty.</summary>
    /// <exception cref="Failure">It cannot be written.</exception>
    public static EventFile Create(string path)
    {
        try
        {
            return new EventFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failed(path, exception);
        }
    }

    /// <summary>Why it could not be written; null as long as it could.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Adds the log of a run. When the disk does not take it, the run keeps its other results: see <see cref="Failure"/>.</summary>
    public void Write(RunResult result)
    {
        try
        {
            EventLog.Write(result, _file);
            _file.Flush();
        }
        catch (IOException exception)
        {
            Failure ??= Failed(_path, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _file.DisposeAsync();
        }
        catch (IOException)
        {
            // What it could not take is known from the write.
        }
    }

    private static Failure Failed(string path, Exception exception) =>
        Failure.Environment($"--events '{path}': cannot be written: {exception.Message}");
}
